"""What deploy/check.py looks at: the code, each container, the compose file, the Kubernetes files."""
