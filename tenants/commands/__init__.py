"""The subcommands of `aorabooks`, one file each."""
