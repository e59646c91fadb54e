"""Addons whose licences lapse: a kiosk that must sell on, and points that follow its sales."""
