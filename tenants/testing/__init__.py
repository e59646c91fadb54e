"""What tests of the platform and of addons stand on."""
