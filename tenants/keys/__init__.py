"""The master keys over all that is sealed: what is under which, sealed anew, and what may go."""
