"""Outside systems that review asks (registers) or tells (business systems), over one signed transport. Which there are, settings say."""
