/* Places whose words could be names. Included by name.c alone. */
/* clang-format off */
static const char *const places[] = {
    "buenos aires", "cape town", "costa rica", "den haag", "hidden valley", "hong kong",
    "kuala lumpur", "lake tahoe", "las vegas", "los angeles", "napa valley", "new delhi",
    "new orleans", "new york", "new zealand", "palo alto", "puerto rico", "saint petersburg",
    "salt lake city", "san antonio", "san diego", "san francisco", "san jose", "santa clara",
    "santa cruz", "sao paulo", "silicon valley", "sri lanka", "st petersburg", "tel aviv",
};
/* clang-format on */
