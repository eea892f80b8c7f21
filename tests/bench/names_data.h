/*
 * Names for the generator: "native|Latin", the Latin form as such people really write it. Compiled
 * from general knowledge. Included by names_generator.c alone.
 */
static const char *const ru_given[] = {
    "Александр|Alexander", "Сергей|Sergey",   "Дмитрий|Dmitry",
    "Андрей|Andrey",       "Алексей|Alexey",  "Максим|Maxim",
    "Евгений|Evgeny",      "Иван|Ivan",       "Михаил|Mikhail",
    "Владимир|Vladimir",   "Николай|Nikolay", "Юрий|Yury",
    "Павел|Pavel",         "Артём|Artyom",    "Константин|Konstantin",
    "Илья|Ilya",           "Игорь|Igor",      "Виктор|Viktor",
    "Олег|Oleg",           "Роман|Roman",     "Анна|Anna",
    "Елена|Elena",         "Ольга|Olga",      "Наталья|Natalia",
    "Татьяна|Tatiana",     "Ирина|Irina",     "Светлана|Svetlana",
    "Екатерина|Ekaterina", "Мария|Maria",     "Юлия|Yulia",
    "Ксения|Ksenia",       "Фёдор|Fyodor",    "Вячеслав|Vyacheslav",
    "Григорий|Grigory",    "Тимофей|Timofey", "Кирилл|Kirill"};
static const char *const ru_family[] = {
    "Иванов|Ivanov",         "Смирнов|Smirnov",      "Кузнецов|Kuznetsov", "Попов|Popov",
    "Васильев|Vasiliev",     "Петров|Petrov",        "Соколов|Sokolov",    "Михайлов|Mikhailov",
    "Новиков|Novikov",       "Фёдоров|Fedorov",      "Морозов|Morozov",    "Волков|Volkov",
    "Алексеев|Alekseev",     "Лебедев|Lebedev",      "Семёнов|Semenov",    "Егоров|Egorov",
    "Павлов|Pavlov",         "Козлов|Kozlov",        "Степанов|Stepanov",  "Николаев|Nikolaev",
    "Орлов|Orlov",           "Андреев|Andreev",      "Макаров|Makarov",    "Никитин|Nikitin",
    "Захаров|Zakharov",      "Зайцев|Zaitsev",       "Соловьёв|Soloviev",  "Борисов|Borisov",
    "Яковлев|Yakovlev",      "Григорьев|Grigoriev",  "Романов|Romanov",    "Воробьёв|Vorobyov",
    "Сергеев|Sergeev",       "Кузьмин|Kuzmin",       "Фролов|Frolov",      "Александров|Alexandrov",
    "Дмитриев|Dmitriev",     "Королёв|Korolev",      "Гусев|Gusev",        "Киселёв|Kiselev",
    "Ильин|Ilyin",           "Максимов|Maximov",     "Поляков|Polyakov",   "Сорокин|Sorokin",
    "Виноградов|Vinogradov", "Ковалёв|Kovalev",      "Белов|Belov",        "Медведев|Medvedev",
    "Антонов|Antonov",       "Тарасов|Tarasov",      "Жуков|Zhukov",       "Баранов|Baranov",
    "Филиппов|Filippov",     "Комаров|Komarov",      "Давыдов|Davydov",    "Беляев|Belyaev",
    "Герасимов|Gerasimov",   "Щербаков|Shcherbakov", "Хрущёв|Khrushchev",  "Чернышёв|Chernyshev",
    "Шутемов|Shutemov",      "Цветков|Tsvetkov"};
static const char *const uk_given[] = {
    "Олександр|Oleksandr", "Сергій|Serhii",    "Андрій|Andrii", "Дмитро|Dmytro",
    "Володимир|Volodymyr", "Микола|Mykola",    "Юрій|Yurii",    "Василь|Vasyl",
    "Іван|Ivan",           "Богдан|Bohdan",    "Тарас|Taras",   "Олена|Olena",
    "Оксана|Oksana",       "Наталія|Nataliia", "Ірина|Iryna",   "Ганна|Hanna",
    "Михайло|Mykhailo",    "Євген|Yevhen",     "Остап|Ostap",   "Ярослав|Yaroslav"};
static const char *const uk_family[] = {
    "Шевченко|Shevchenko",    "Коваленко|Kovalenko", "Бондаренко|Bondarenko", "Ткаченко|Tkachenko",
    "Кравченко|Kravchenko",   "Олійник|Oliinyk",     "Ковальчук|Kovalchuk",   "Поліщук|Polishchuk",
    "Гончаренко|Honcharenko", "Лисенко|Lysenko",     "Мельник|Melnyk",        "Савченко|Savchenko",
    "Руденко|Rudenko",        "Петренко|Petrenko",   "Марченко|Marchenko",    "Левченко|Levchenko",
    "Кузьменко|Kuzmenko",     "Данилюк|Danyliuk",    "Хоменко|Khomenko",      "Яременко|Yaremenko",
    "Іваненко|Ivanenko",      "Гаврилюк|Havryliuk",  "Чумак|Chumak",          "Зінченко|Zinchenko"};
static const char *const el_given[] = {
    "Γιώργος|Giorgos",       "Δημήτρης|Dimitris",     "Κώστας|Kostas",       "Γιάννης|Giannis",
    "Νίκος|Nikos",           "Παναγιώτης|Panagiotis", "Βασίλης|Vasilis",     "Χρήστος|Christos",
    "Αθανάσιος|Athanasios",  "Μιχάλης|Michalis",      "Ευάγγελος|Evangelos", "Σπύρος|Spyros",
    "Αντώνης|Antonis",       "Θεόδωρος|Theodoros",    "Μαρία|Maria",         "Ελένη|Eleni",
    "Αικατερίνη|Aikaterini", "Βασιλική|Vasiliki",     "Σοφία|Sofia",         "Γεωργία|Georgia",
    "Ιωάννα|Ioanna",         "Στέλιος|Stelios",       "Μανόλης|Manolis",     "Σταύρος|Stavros"};
static const char *const el_family[] = {"Παπαδόπουλος|Papadopoulos",
                                        "Βλάχος|Vlachos",
                                        "Αγγελόπουλος|Angelopoulos",
                                        "Νικολαΐδης|Nikolaidis",
                                        "Γεωργίου|Georgiou",
                                        "Δημητρίου|Dimitriou",
                                        "Οικονόμου|Oikonomou",
                                        "Παπαγεωργίου|Papageorgiou",
                                        "Μακρής|Makris",
                                        "Κωνσταντινίδης|Konstantinidis",
                                        "Ιωαννίδης|Ioannidis",
                                        "Αλεξίου|Alexiou",
                                        "Βασιλείου|Vasileiou",
                                        "Καραγιάννης|Karagiannis",
                                        "Αντωνίου|Antoniou",
                                        "Χριστοδούλου|Christodoulou",
                                        "Θεοδωρίδης|Theodoridis",
                                        "Σταματόπουλος|Stamatopoulos",
                                        "Ρήγας|Rigas",
                                        "Ζερβός|Zervos",
                                        "Φωτόπουλος|Fotopoulos",
                                        "Ψαρράς|Psarras",
                                        "Τσιρίγος|Tsirigos",
                                        "Μπακογιάννης|Bakogiannis",
                                        "Χατζής|Chatzis",
                                        "Ξένος|Xenos"};
static const char *const zh_given[] = {
    "伟|Wei",       "芳|Fang",        "娜|Na",        "敏|Min",        "静|Jing",
    "强|Qiang",     "磊|Lei",         "洋|Yang",      "艳|Yan",        "勇|Yong",
    "军|Jun",       "杰|Jie",         "涛|Tao",       "明|Ming",       "超|Chao",
    "秀英|Xiuying", "小明|Xiaoming",  "建国|Jianguo", "志强|Zhiqiang", "晓东|Xiaodong",
    "文博|Wenbo",   "俊杰|Junjie",    "海燕|Haiyan",  "丽华|Lihua",    "国栋|Guodong",
    "天宇|Tianyu",  "雨桐|Yutong",    "子轩|Zixuan",  "浩然|Haoran",   "思远|Siyuan",
    "宝路|Baolu",   "昌源|Changyuan", "家豪|Jiahao",  "梓涵|Zihan",    "嘉欣|Jiaxin",
    "鹏飞|Pengfei", "振华|Zhenhua",   "慧敏|Huimin",  "春梅|Chunmei",  "永康|Yongkang"};
static const char *const zh_family[] = {
    "王|Wang",     "李|Li",     "张|Zhang", "刘|Liu", "陈|Chen",  "杨|Yang", "赵|Zhao",  "黄|Huang",
    "周|Zhou",     "吴|Wu",     "徐|Xu",    "孙|Sun", "胡|Hu",    "朱|Zhu",  "高|Gao",   "林|Lin",
    "何|He",       "郭|Guo",    "马|Ma",    "罗|Luo", "梁|Liang", "宋|Song", "郑|Zheng", "谢|Xie",
    "韩|Han",      "唐|Tang",   "冯|Feng",  "于|Yu",  "董|Dong",  "萧|Xiao", "程|Cheng", "曹|Cao",
    "袁|Yuan",     "邓|Deng",   "许|Xu",    "傅|Fu",  "沈|Shen",  "曾|Zeng", "彭|Peng",  "吕|Lu",
    "欧阳|Ouyang", "司马|Sima", "蒋|Jiang", "蔡|Cai", "魏|Wei",   "薛|Xue",  "叶|Ye",    "潘|Pan",
    "卢|Lu",       "陆|Lu"};
static const char *const ja_given[] = {
    "太郎|Taro",     "健太|Kenta", "翔太|Shota",    "直樹|Naoki",    "健一|Kenichi",
    "大輔|Daisuke",  "裕樹|Yuki",  "拓也|Takuya",   "和也|Kazuya",   "達也|Tatsuya",
    "哲也|Tetsuya",  "誠|Makoto",  "智則|Tomonori", "雅弘|Masahiro", "浩二|Koji",
    "真一|Shinichi", "陽子|Yoko",  "花子|Hanako",   "久美子|Kumiko", "恵子|Keiko",
    "直子|Naoko",    "美穂|Miho",  "智子|Tomoko",   "明美|Akemi",    "結衣|Yui",
    "千尋|Chihiro",  "健二|Kenji", "修平|Shuhei",   "英樹|Hideki",   "和彦|Kazuhiko"};
static const char *const ja_family[] = {
    "佐藤|Sato",      "鈴木|Suzuki",    "高橋|Takahashi", "田中|Tanaka",    "渡辺|Watanabe",
    "伊藤|Ito",       "山本|Yamamoto",  "中村|Nakamura",  "小林|Kobayashi", "加藤|Kato",
    "吉田|Yoshida",   "山田|Yamada",    "佐々木|Sasaki",  "山口|Yamaguchi", "松本|Matsumoto",
    "井上|Inoue",     "木村|Kimura",    "斎藤|Saito",     "清水|Shimizu",   "山崎|Yamazaki",
    "池田|Ikeda",     "橋本|Hashimoto", "石川|Ishikawa",  "藤田|Fujita",    "長谷川|Hasegawa",
    "村上|Murakami",  "近藤|Kondo",     "坂本|Sakamoto",  "遠藤|Endo",      "福田|Fukuda",
    "西村|Nishimura", "三浦|Miura",     "岡本|Okamoto",   "中島|Nakajima",  "前田|Maeda",
    "小川|Ogawa"};
static const char *const kana_given[] = {
    "タロウ|Taro",      "ケンタ|Kenta",       "ショウタ|Shota", "ナオキ|Naoki",
    "ケンイチ|Kenichi", "ダイスケ|Daisuke",   "ユウキ|Yuki",    "タクヤ|Takuya",
    "ヨウコ|Yoko",      "ハナコ|Hanako",      "クミコ|Kumiko",  "さくら|Sakura",
    "ひかり|Hikari",    "ジュンイチ|Junichi", "リョウ|Ryo",     "シュンスケ|Shunsuke",
    "チヒロ|Chihiro",   "アキラ|Akira"};
static const char *const kana_family[] = {
    "サトウ|Sato",       "スズキ|Suzuki",      "タカハシ|Takahashi", "ワタナベ|Watanabe",
    "ヤマモト|Yamamoto", "コバヤシ|Kobayashi", "ヨシダ|Yoshida",     "ハットリ|Hattori",
    "オオノ|Ono",        "フジワラ|Fujiwara",  "ツチヤ|Tsuchiya",    "シミズ|Shimizu",
    "ジンボ|Jinbo",      "チバ|Chiba",         "ニッタ|Nitta",       "ヒラノ|Hirano"};
static const char *const ko_given[] = {
    "민준|Minjun",   "서연|Seoyeon", "지훈|Jihoon",   "현우|Hyunwoo",   "지영|Jiyoung",
    "은영|Eunyoung", "성민|Sungmin", "영호|Youngho",  "정훈|Jeonghoon", "동현|Donghyun",
    "수진|Soojin",   "미경|Mikyung", "상철|Sangchul", "재현|Jaehyun",   "태준|Taejun",
    "유진|Yujin",    "하은|Haeun",   "준호|Junho",    "승현|Seunghyun", "민지|Minji",
    "경수|Kyungsoo", "진우|Jinwoo",  "기현|Kihyun",   "병철|Byungchul", "창우|Changwoo",
    "보람|Boram",    "혜진|Hyejin",  "선영|Sunyoung"};
static const char *const ko_family[] = {
    "김|Kim",  "이|Lee",  "박|Park", "최|Choi", "정|Jung", "강|Kang", "조|Cho",  "윤|Yoon",
    "장|Jang", "임|Lim",  "한|Han",  "오|Oh",   "서|Seo",  "신|Shin", "권|Kwon", "황|Hwang",
    "안|Ahn",  "송|Song", "전|Jeon", "홍|Hong", "유|Yoo",  "고|Ko",   "문|Moon", "양|Yang",
    "손|Son",  "배|Bae",  "백|Baek", "허|Heo",  "남|Nam",  "노|Noh"};
static const char *const ar_given[] = {
    "محمد|Mohammed", "أحمد|Ahmed",    "علي|Ali",      "حسن|Hassan",      "حسين|Hussein",
    "خالد|Khaled",   "عمر|Omar",      "يوسف|Youssef", "إبراهيم|Ibrahim", "عبدالله|Abdullah",
    "محمود|Mahmoud", "مصطفى|Mostafa", "طارق|Tarek",   "سامي|Sami",       "كريم|Karim",
    "فاطمة|Fatima",  "مريم|Mariam",   "زينب|Zeinab",  "ليلى|Layla",      "نور|Nour",
    "هدى|Huda",      "سلمى|Salma",    "رامي|Rami",    "بلال|Bilal",      "جمال|Jamal",
    "ناصر|Nasser"};
static const char *const ar_family[] = {
    "حداد|Haddad",   "خوري|Khoury",     "المصري|Al-Masri",   "النجار|Al-Najjar", "السيد|El-Sayed",
    "منصور|Mansour", "سليمان|Suleiman", "صالح|Saleh",        "حمدان|Hamdan",     "عثمان|Othman",
    "فارس|Fares",    "درويش|Darwish",   "قاسم|Qasim",        "شاهين|Shaheen",    "بكري|Bakri",
    "رشيد|Rashid",   "زكريا|Zakaria",   "التميمي|Al-Tamimi", "الشامي|Al-Shami",  "غانم|Ghanem",
    "طه|Taha",       "نصر|Nasr",        "يعقوب|Yaqoub",      "عزيز|Aziz"};
static const char *const he_given[] = {
    "דוד|David",    "משה|Moshe",     "יוסף|Yosef",   "אברהם|Avraham", "יעקב|Yaakov", "יצחק|Yitzhak",
    "דניאל|Daniel", "מיכאל|Michael", "שמואל|Shmuel", "אורי|Uri",      "נועם|Noam",   "איתי|Itai",
    "שרה|Sarah",    "רחל|Rachel",    "מרים|Miriam",  "תמר|Tamar",     "נועה|Noa",    "יעל|Yael",
    "גיל|Gil",      "אלון|Alon",     "רון|Ron",      "עמית|Amit",     "לאה|Leah",    "חנה|Hannah"};
static const char *const he_family[] = {"כהן|Cohen",
                                        "לוי|Levy",
                                        "מזרחי|Mizrahi",
                                        "פרץ|Peretz",
                                        "ביטון|Biton",
                                        "אברהם|Avraham",
                                        "פרידמן|Friedman",
                                        "שפירא|Shapira",
                                        "רוזן|Rosen",
                                        "גולדברג|Goldberg",
                                        "כץ|Katz",
                                        "ברק|Barak",
                                        "שרון|Sharon",
                                        "גרינברג|Greenberg",
                                        "וייס|Weiss",
                                        "דיין|Dayan",
                                        "הרשקוביץ|Hershkovitz",
                                        "סגל|Segal",
                                        "בן דוד|Ben David",
                                        "אשכנזי|Ashkenazi",
                                        "קפלן|Kaplan",
                                        "שטרן|Stern"};

/* Latin names with marks, as their owners write them. */
static const char *const eu_given[] = {
    "Jörg",     "Björn",     "Jürgen",   "Günther",  "Søren",  "Håkon",  "Åsa",      "Øyvind",
    "François", "José",      "Clément",  "André",    "Łukasz", "Michał", "Paweł",    "Tomáš",
    "Jiří",     "Ondřej",    "Zoë",      "Uğur",     "Gökhan", "Çağrı",  "İsmail",   "Şahin",
    "João",     "Inês",      "Márton",   "György",   "László", "Dūmiņš", "Kęstutis", "Nguyễn",
    "Stéphane", "Jérôme",    "Frédéric", "Raphaël",  "Jānis",  "Željko", "Miloš",    "Đorđe",
    "Mustafa",  "Sébastien", "Matúš",    "Radosław", "Pär",    "Göran",  "Eirík",    "Iñaki",
    "Begoña",   "Andrés",    "Ramón",    "Jesús",    "Álvaro", "Martín", "Nicolás"};
static const char *const eu_family[] = {
    "Müller",    "Schäfer",   "Rödel",     "Köhler",     "Weiß",       "Jäger",      "Größe",
    "Bäcker",    "Hübner",    "Järvinen",  "Mäkelä",     "Hämäläinen", "Sjöberg",    "Åkesson",
    "Öberg",     "Sørensen",  "Jørgensen", "Østergaard", "Ångström",   "Wilczyński", "Kozłowski",
    "Błaszczyk", "Dąbrowski", "Żak",       "Śliwiński",  "Novák",      "Dvořák",     "Černý",
    "Šimek",     "Růžička",   "Nagy",      "Kovács",     "Szőke",      "Tóth",       "Öztürk",
    "Yılmaz",    "Çelik",     "Şahin",     "Güneş",      "García",     "Hernández",  "Núñez",
    "López",     "Pérez",     "Muñoz",     "Berrangé",   "Lefèvre",    "Bérenger",   "Desprès",
    "Gonçalves", "Simões",    "Magalhães", "Ionuț",      "Ștefănescu", "Țepeș",      "Kovačević",
    "Petrović",  "Đukić",     "Bērziņš",   "Ozoliņš",    "Kazlauskas", "Žukauskas"};
