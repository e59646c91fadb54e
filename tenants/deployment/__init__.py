"""The addons of this deployment: installed, removed, loaded and shown."""
