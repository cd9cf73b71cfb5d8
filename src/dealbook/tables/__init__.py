"""Tables in and out: CSV and XLSX as plain rows whose cells know their place. What a column means, the desk knows."""
