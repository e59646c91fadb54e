"""What requests and jobs are made of, for OpenTelemetry, where a collector is configured."""
