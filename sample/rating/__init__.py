"""What the sample's usage must cost, by the generator's own reading of the rules."""
