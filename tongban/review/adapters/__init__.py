"""Outside systems that review asks or tells: two registers and the insurance platform. One file each, over one signed transport."""
