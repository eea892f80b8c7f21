#include "core/names.h"

#include "base/strmap.h"

#include <string.h>

/* Common Japanese names and their usual reading, compiled from general knowledge: ICU reads Han
 * characters as Chinese. */
static const char *const families[] = {
    "佐藤 sato",      "鈴木 suzuki",     "高橋 takahashi", "田中 tanaka",    "伊藤 ito",
    "渡辺 watanabe",  "渡邊 watanabe",   "渡邉 watanabe",  "山本 yamamoto",  "中村 nakamura",
    "小林 kobayashi", "加藤 kato",       "吉田 yoshida",   "山田 yamada",    "佐々木 sasaki",
    "山口 yamaguchi", "松本 matsumoto",  "井上 inoue",     "木村 kimura",    "林 hayashi",
    "斎藤 saito",     "斉藤 saito",      "齋藤 saito",     "清水 shimizu",   "山崎 yamazaki",
    "森 mori",        "池田 ikeda",      "橋本 hashimoto", "阿部 abe",       "石川 ishikawa",
    "山下 yamashita", "中島 nakajima",   "石井 ishii",     "小川 ogawa",     "前田 maeda",
    "岡田 okada",     "長谷川 hasegawa", "藤田 fujita",    "後藤 goto",      "近藤 kondo",
    "村上 murakami",  "遠藤 endo",       "青木 aoki",      "坂本 sakamoto",  "福田 fukuda",
    "太田 ota",       "西村 nishimura",  "藤井 fujii",     "金子 kaneko",    "岡本 okamoto",
    "藤原 fujiwara",  "三浦 miura",      "中野 nakano",    "中川 nakagawa",  "原田 harada",
    "松田 matsuda",   "竹内 takeuchi",   "小野 ono",       "田村 tamura",    "中山 nakayama",
    "和田 wada",      "石田 ishida",     "森田 morita",    "上田 ueda",      "原 hara",
    "内田 uchida",    "柴田 shibata",    "酒井 sakai",     "宮崎 miyazaki",  "横山 yokoyama",
    "高木 takagi",    "安藤 ando",       "宮本 miyamoto",  "大野 ono",       "小島 kojima",
    "工藤 kudo",      "谷口 taniguchi",  "今井 imai",      "高田 takada",    "増田 masuda",
    "丸山 maruyama",  "杉山 sugiyama",   "村田 murata",    "大塚 otsuka",    "新井 arai",
    "小山 koyama",    "平野 hirano",     "藤本 fujimoto",  "河野 kono",      "上野 ueno",
    "武田 takeda",    "野口 noguchi",    "松井 matsui",    "千葉 chiba",     "菅原 sugawara",
    "岩崎 iwasaki",   "久保 kubo",       "木下 kinoshita", "佐野 sano",      "野村 nomura",
    "松尾 matsuo",    "市川 ichikawa",   "菊地 kikuchi",   "菊池 kikuchi",   "杉本 sugimoto",
    "古川 furukawa",  "大西 onishi",     "島田 shimada",   "水野 mizuno",    "桜井 sakurai",
    "高野 takano",    "吉川 yoshikawa",  "山内 yamauchi",  "西田 nishida",   "西川 nishikawa",
    "北村 kitamura",  "五十嵐 igarashi", "安田 yasuda",    "吉村 yoshimura", "浜田 hamada",
    "平田 hirata",    "川口 kawaguchi",  "中田 nakata",    "本田 honda",     "久保田 kubota",
    "東 higashi",     "関 seki",         "岩田 iwata",     "土屋 tsuchiya",  "川崎 kawasaki",
    "服部 hattori",   "辻 tsuji",        "樋口 higuchi",   "大島 oshima",    "熊谷 kumagai",
    "永井 nagai",     "秋山 akiyama",    "星野 hoshino",   "松岡 matsuoka",  "黒田 kuroda",
    "廣川 hirokawa",  "山岸 yamagishi",  "若松 wakamatsu", "津田 tsuda",     "喜嶋 kijima",
    "浜口 hamaguchi", "加納 kano",       "宇野 uno",       "江古田 ekoda",   "三宅 miyake",
    "桐山 kiriyama",  "田辺 tanabe",     "大垣 ogaki",     "笹田 sasada",    "若杉 wakasugi",
    "渚 nagisa",      "青田 aota",       "村山 murayama",  "荻野 ogino",     "堀 hori",
    "堀江 horie",     "白石 shiraishi",  "片山 katayama",  "今村 imamura",   "福島 fukushima",
    "須藤 sudo",      "飯田 iida",       "大久保 okubo",   "川村 kawamura",  "松浦 matsuura",
};

static const char *const givens[] = {
    "太郎 taro",     "一郎 ichiro",   "二郎 jiro",     "次郎 jiro",      "三郎 saburo",
    "健太 kenta",    "翔太 shota",    "直樹 naoki",    "健一 kenichi",   "浩 hiroshi",
    "博 hiroshi",    "学 manabu",     "裕樹 yuki",     "康弘 yasuhiro",  "英樹 hideki",
    "秀樹 hideki",   "京助 kyosuke",  "聡太郎 sotaro", "篤司 atsushi",   "充 mitsuru",
    "稔 minoru",     "晃 akira",      "明 akira",      "裕太 yuta",      "修平 shuhei",
    "零 rei",        "直人 naoto",    "幹 miki",       "翼 tsubasa",     "拓真 takuma",
    "陽一 yoichi",   "洋介 yosuke",   "里佳 rika",     "七夏 nanami",    "加奈 kana",
    "亜美 ami",      "花子 hanako",   "陽子 yoko",     "美加子 mikako",  "真綾 maaya",
    "舞 mai",        "春香 haruka",   "香織 kaori",    "結衣 yui",       "明美 akemi",
    "さゆり sayuri", "裕美子 yumiko", "幸子 sachiko",  "京子 kyoko",     "恵子 keiko",
    "和子 kazuko",   "洋子 yoko",     "智子 tomoko",   "久美子 kumiko",  "由美子 yumiko",
    "真由美 mayumi", "裕子 yuko",     "優子 yuko",     "直子 naoko",     "美穂 miho",
    "愛 ai",         "恵 megumi",     "誠 makoto",     "隆 takashi",     "孝 takashi",
    "剛 tsuyoshi",   "健 ken",        "修 osamu",      "実 minoru",      "進 susumu",
    "茂 shigeru",    "勇 isamu",      "豊 yutaka",     "清 kiyoshi",     "正 tadashi",
    "聡 satoshi",    "智 satoshi",    "哲也 tetsuya",  "達也 tatsuya",   "和也 kazuya",
    "拓也 takuya",   "大輔 daisuke",  "祐介 yusuke",   "雄介 yusuke",    "大樹 daiki",
    "直之 naoyuki",  "雅之 masayuki", "正之 masayuki", "弘之 hiroyuki",  "浩之 hiroyuki",
    "博之 hiroyuki", "隆之 takayuki", "雅弘 masahiro", "正弘 masahiro",  "昌弘 masahiro",
    "和彦 kazuhiko", "智彦 tomohiko", "明彦 akihiko",  "信彦 nobuhiko",  "和弘 kazuhiro",
    "義明 yoshiaki", "智則 tomonori", "友則 tomonori", "健太郎 kentaro", "慎太郎 shintaro",
    "幸太郎 kotaro", "涼 ryo",        "亮 ryo",        "遼 ryo",         "蓮 ren",
    "陸 riku",       "蒼 ao",         "悠斗 yuto",     "陽菜 hina",      "美咲 misaki",
    "葵 aoi",        "桜 sakura",     "千尋 chihiro",  "麻衣 mai",       "彩 aya",
    "綾 aya",        "由紀 yuki",     "雪 yuki",       "純 jun",         "潤 jun",
    "淳 jun",        "武 takeshi",    "猛 takeshi",    "毅 takeshi",     "勉 tsutomu",
    "努 tsutomu",    "昇 noboru",     "徹 toru",       "亨 toru",        "敦 atsushi",
    "宏 hiroshi",    "弘 hiroshi",    "雅人 masato",   "真人 masato",    "英明 hideaki",
    "秀明 hideaki",  "俊介 shunsuke", "信二 shinji",   "真司 shinji",    "慎二 shinji",
    "健二 kenji",    "賢治 kenji",    "憲二 kenji",    "浩二 koji",      "孝二 koji",
    "純一 junichi",  "淳一 junichi",  "真一 shinichi", "慎一 shinichi",  "伸一 shinichi",
    "浩一 koichi",   "光一 koichi",   "雄一 yuichi",   "裕一 yuichi",    "洋一 yoichi",
    "隆一 ryuichi",  "正人 masato",   "直美 naomi",    "由美 yumi",      "恵美 emi",
    "真理 mari",     "里美 satomi",
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct {
    struct arena *arena; /* lives as long as the process */
    struct strmap families;
    struct strmap givens;
} kanji;

static void fill(struct strmap *map, const char *const *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *blank = strchr(rows[i], ' ');
        char *key = arena_strndup(kanji.arena, rows[i], (size_t)(blank - rows[i]));
        *strmap_at(map, kanji.arena, key, 0, NULL) = (int64_t)(intptr_t)(blank + 1);
    }
}

static const char *reading_of(const struct strmap *map, const char *s, size_t n)
{
    char key[64];
    if (n == 0 || n >= sizeof key) {
        return NULL;
    }
    memcpy(key, s, n);
    key[n] = '\0';
    const int64_t *at = strmap_find(map, key);
    return at == NULL ? NULL : (const char *)(intptr_t)*at;
}

static void copy_reading(char *out, const char *reading)
{
    size_t len = strlen(reading);
    len = len < 31 ? len : 31;
    memcpy(out, reading, len);
    out[len] = '\0';
}

size_t name_kanji(const char *s, size_t n, char *family, char *given)
{
    if (kanji.arena == NULL) {
        kanji.arena = arena_new();
        fill(&kanji.families, families, COUNT(families));
        fill(&kanji.givens, givens, COUNT(givens));
    }
    size_t ends[5] = {0};
    size_t at = 0;
    int n_chars = 0;
    while (at < n && n_chars < 4) {
        (void)translit_next(s, n, &at);
        ends[++n_chars] = at;
    }
    for (int i = n_chars < 3 ? n_chars : 3; i > 0; i--) {
        const char *head = reading_of(&kanji.families, s, ends[i]);
        size_t rest = ends[i];
        while (rest < n && s[rest] == ' ') {
            rest++;
        }
        const char *tail = reading_of(&kanji.givens, s + rest, n - rest);
        if (head != NULL && (tail != NULL || rest == n)) {
            copy_reading(family, head);
            copy_reading(given, tail != NULL ? tail : "");
            return ends[i];
        }
    }
    return 0;
}
