"""The events of all services, as one reads, compares and documents them. `make events` writes; `make check` says."""
