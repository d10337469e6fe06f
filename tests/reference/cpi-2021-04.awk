# awk -f cpi-2021-04.awk PUBLICATION > cpi-2021-04.csv
# PUBLICATION is the text of CPI's report, its tables with cells between "|". For each table: how many
# figures it prints and all of them, row by row, as printed.
function flush() { if (figures) print ++table "," count "," figures; figures = ""; count = 0 }
!/^\|/ { flush(); next }
$0 !~ /\| [0-9]+\.[0-9] \|$/ { next }
{
    n = split($0, cell, "|")
    for (i = 3; i < n; i++) { gsub(/ /, "", cell[i]); figures = figures (figures ? " " : "") cell[i]; count++ }
}
END { flush() }
