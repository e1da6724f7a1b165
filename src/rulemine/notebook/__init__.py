"""What Jupyter shows beyond tables: labelling with the keyboard (extra ``notebook``)."""
