# awk -F, -f masculinity-2018.awk raw-responses.csv | sort > masculinity-2018.csv
# raw-responses.csv is that of the masculinity survey of 2018 (github.com/fivethirtyeight/data): interviews and sums of weights by age,
# race, and both with the first question, and Kish's factor of all weights. Columns are counted from the right, where no text has commas.
NR > 1 {
    race = $(NF - 7); age = $(NF - 3); w = $NF + 0
    for (key in keys) delete keys[key]
    keys["age;" age]; keys["race;" race]; keys["both;" age ";" race]; keys["very;" age ";" race]
    for (key in keys) if (key !~ /^very/ || $4 == "Very masculine") { count[key]++; sum[key] += w }
    n++; all += w; squares += w * w
}
END {
    for (key in count) printf "%s,%d,%.4f\n", key, count[key], sum[key]
    printf "kish,%d,%.4f\n", n, n * squares / (all * all)
}
