# Bounds (Duncan & Davis 1953) and line (Goodman 1953) of Castillo's share of the rural and of all other valid votes outside
# Lima and Callao, by districts, provinces and regions: written again from the definitions.
# awk -F, -f ecology.awk ../../data/results/peru-2021-runoff-by-district.csv > ecology.csv
FNR == 1 || $2 == "Lima Metropolitana" || $2 == "Callao" || $2 == "Extranjero" { next }
{
    add("districts", $1); add("provinces", $2 "/" $3); add("regions", $2)
}
function add(level, place) {
    votes[level, place] += $7 + $8; castillo[level, place] += $7; rural[level, place] += $11 * ($7 + $8)
    where[level, place] = level
}
function least(a, b) { return a < b ? a : b }
function most(a, b) { return a > b ? a : b }
END {
    for (key in where) {
        level = where[key]; w = votes[key]
        if (!w) continue
        x = rural[key] / w; t = castillo[key] / w
        n[level]++; sum[level] += w; group[level] += w * x
        low[level, "rural"] += w * most(0, t - (1 - x)); high[level, "rural"] += w * least(t, x)
        low[level, "urbano"] += w * most(0, t - x); high[level, "urbano"] += w * least(t, 1 - x)
        sx[level] += w * x; st[level] += w * t; sxx[level] += w * x * x; sxt[level] += w * x * t
    }
    print "variant,places,segment,least,most,regression"
    split("districts provinces regions", levels, " ")
    for (i = 1; i <= 3; i++) {
        level = levels[i]; s = sum[level]
        slope = (sxt[level] / s - sx[level] / s * st[level] / s) / (sxx[level] / s - (sx[level] / s) ^ 2)
        others = st[level] / s - slope * sx[level] / s
        printf "%s,%d,rural,%.10f,%.10f,%.10f\n", level, n[level], low[level, "rural"] / group[level], high[level, "rural"] / group[level], others + slope
        printf "%s,%d,urbano,%.10f,%.10f,%.10f\n", level, n[level], low[level, "urbano"] / (s - group[level]), high[level, "urbano"] / (s - group[level]), others
    }
}
