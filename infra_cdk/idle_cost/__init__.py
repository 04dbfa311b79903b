"""What a deployment costs a month while nobody uses it: read from its templates and a dated list of prices."""
