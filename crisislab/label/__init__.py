"""Hand labels: drawing what to label, labelling it, and how far coders agree."""
