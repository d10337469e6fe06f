"""The tool around the analysis: files into polls, notebooks into reports, polls into files."""
