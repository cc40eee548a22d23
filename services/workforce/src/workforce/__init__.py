"""Workforce: who may practise and until when, who supervises whom, and what is still to be done."""
