"""The people of the sample conference.

First the people whom the calls name (real): how this sample spells them when they register, and a
made-up state of registration. Then invented people; no name is meant to be anybody's.
"""

# As the call names them -> as they register here. The others register as they are named.
REGISTERS_AS = {
    "Alexander Aring": "Alex Aring",
    "Alex Graf": "Alexander Graf",
    "Arnaldo Carvalho de Melo": "Arnaldo C. Melo",
    "Ben Segall": "Benjamin Segall",
    "Daniel P. Berrangé": "Berrange, Daniel P.",
    "Dave Airlie": "David Airlie",
    "David Hansen": "Dave Hansen",
    "Dionna Amalie Glaze": "Dionna Glaze",
    "Dr. David Alan Gilbert": "David A. Gilbert",
    "Frederic Weisbecker": "Frédéric Weisbecker",
    "FUJITA Tomonori": "Tomonori Fujita",
    "Gabrielle Paoloni": "Gabriele Paoloni",
    "Ilpo Järvinen": "Ilpo Jarvinen",
    "Ingo Molnar": "Ingo Molnár",
    "Jörg Rödel": "Joerg Roedel",
    "Jörg Roedel": "Joerg Roedel",
    "John Stulz": "John Stultz",
    "Jonathan Corbet": "Jon Corbet",
    "K Prateek Nayak": "K. Prateek Nayak",
    "Kate Stewart": "KATE STEWART",
    "Krzysztof Wilczyński": "Krzysztof Wilczynski",
    "Liam R. Howlett": "Liam Howlett",
    "Lu Baolu": "Baolu Lu",
    "Lukasz Luba": "Łukasz Luba",
    "Manaf Meethalavalappu Pallikunhi": "Manaf Pallikunhi",
    "Marc Kleine-Budde": "Marc Kleine Budde",
    "Masahiro Yamada": "YAMADA Masahiro",
    "Miquel Raynal": "Miquèl Raynal",
    "Pasha Tatashin": "Pavel Tatashin",
    "Paul E. McKenney": "Paul McKenney",
    "Rafael J. Wysocki": "Wysocki, Rafael",
    "Sebastian Andrzej Siewior": "Sebastian Siewior",
    "Sriniva Pandruvada": "Srinivas Pandruvada",
    "Steve Rostedt": "Steven Rostedt",
    "Thomas Gleixner": "thomas gleixner",
    "Tom Lendacky": "Thomas Lendacky",
}

# From here on by the registered spelling. Named, but never registered:
MISSING = {"Mel Gorman", "Benjamin Herrenschmidt", "Chuck Wolber", "Luigi Pellecchia", "Will Deacon", "Robin Murphy",
           "Rob Herring", "Stephen Boyd", "Christian Brauner", "David Kaplan", "Kirill A. Shutemov", "Saravana Kannan",
           "Tudor Ambarus", "Josh Hilke", "Schuyler Patton", "Sami Tolvanen"}
CANCELLED = {"Phil Auld", "Jacob Pan", "Peter Gonda"}
WAITING = {"Clark Williams", "Burak Emir", "Vipin Sharma", "Deepti Jaggi"}
# Remote, with the zone they sit in for this sample. Mornings in Tokyo are the night in Europe,
# afternoons the night in America.
REMOTE = {"Juri Lelli": "Europe/Rome", "Dietmar Eggemann": "Europe/Berlin", "Elena Reshetova": "Europe/Helsinki",
          "Fiona Behrens": "Europe/Berlin", "Jon Corbet": "America/Denver", "KATE STEWART": "America/Chicago",
          "David Woodhouse": "Europe/London", "Dan Williams": "America/Los_Angeles", "Amit Kucheria": "Asia/Kolkata",
          "Prasad Sodagudi": "America/Los_Angeles", "Karim Yaghmour": "America/Montreal", "Chris Li": "America/New_York",
          "David Gow": "Australia/Perth", "Jonathan Cameron": "Europe/London"}
# The MCs of the first three are on the first day, of Jocelyn Falempe on the second.
ARRIVES = {"Benjamin Segall": "2025-12-12", "Kevin Tian": "2025-12-12", "Shrikanth Hegde": "2025-12-12",
           "Jocelyn Falempe": "2025-12-13", "Stefano Garzarella": "2025-12-13"}
# Their MCs are on the second day.
DEPARTS = {"Luis Chamberlain": "2025-12-11", "Ulf Hansson": "2025-12-11", "Oleksij Rempel": "2025-12-11"}
# Registered with another address than the one in the call.
OTHER_ADDRESS = {"Joerg Roedel": "jr@example.org", "Michael Roth": "mroth@example.org", "John Stultz": "js@example.org",
                 "Dave Hansen": "dhansen@example.org", "Paolo Bonzini": "paolo@example.org",
                 "Berrange, Daniel P.": "dpb@example.org", "Sumit Semwal": "ssemwal@example.org"}

# ---- invented ------------------------------------------------------------------------------------

# Given names that the RISC-V call uses; (name, MC, country). Nobody is called Heiko.
RISCV = [(name, "riscv", country) for name, country in [
    ("Palmer Whitcombe-Ray", "US"), ("Atish Bhowmikar", "IN"), ("Anup Rajkhowala", "IN"), ("Conor Mulqueeny", "IE"),
    ("Conor Tierney-Voss", "AU"), ("Sunil Wickramarathne", "LK"), ("Charlie Ombatieri", "KE"), ("Björn Skarsvåg", "NO"),
    ("Bjorn Ahlqvister", "SE"), ("Alex Quintardeau", "FR"), ("Clément Vauquelinard", "FR"), ("Andrew Tamihanga", "NZ"),
    ("Andrew Pocklingford", "GB"), ("Deepak Chaulagaini", "NP"), ("Arnd Westerfehnert", "DE"), ("Emil Kvistgaarden", "DK"),
    ("Drew Pallistermoor", "CA")]]
# Two people of one name, and one person with two addresses: told apart by country and affiliation.
TWINS = [("Maria Lindqvistad", "SE", "Halvmåne Semiconductors"), ("Maria Lindqvistad", "FI", "Teal Heron Telecom")]
TWO_ADDRESSES = [("Elif Yıldırımcan", "TR", "Quince Silicon"), ("Elif Yildirimcan", "TR", "Quince Silicon")]
# Not the people whom one might take them for.
NEIGHBOURS = [("Alexa Williamsen", "DK"), ("Jörg Rohdel", "DE"), ("Dan Willemsen-Oort", "NL"), ("Vincent Guitard-Roux", "FR"),
              ("Srinivas Kandagiri", "IN"), ("Stefan Rostedal", "SE")]

AFFILIATIONS = [
    "Fjordlight Embedded", "Kestrel & Plover Computing", "Tamarind Cloud Works", "Blue Quoll Robotics",
    "Halvmåne Semiconductors", "Pebblebrook Kernel Lab", "Umbra Storage Collective", "University of Lower Westmarch",
    "Institute for Quiet Computing", "Teal Heron Telecom", "Obsidian Yak Hosting", "Salt Flat Motors",
    "Ninth Harbour Bank", "Quince Silicon", "Moss and Fern Devices", "Copper Lantern Games", "Stichting Open Polder",
    "Zephyrine Aerospace", "Mirabelle Medical", "Third Moon Networks", "independent", "hobbyist", "student"]


def culture(country, timezone, given, family, family_first=False):
    return dict(country=country, timezone=timezone, given=given.split(), family=family.split(),
                family_first=family_first)


CULTURES = [
    culture("JP", "Asia/Tokyo", "Haruka Kaito Sayuri Ren Minori Takuma Aoi Shinji Natsuki Yorihisa",
            "Kurokami Tsukigawa Hanabata Mizushiro Asagiri Otowara Shirakumo Kazehaya Natsukawa Umegaoka", True),
    culture("KR", "Asia/Seoul", "Seo-yeon Min-jae Ha-eun Do-hyun Ji-woo Eun-bi Tae-min Soo-ah",
            "Namgoong Hwangbo Jegal Seonwoo Dokgo Sakong Tak Pyo", True),
    culture("CN", "Asia/Shanghai", "Yuxuan Zihan Ruolan Haoran Meilin Jiayi Tianyu Wenqing",
            "Ouyang Shangguan Murong Zhuge Dongfang Huangfu Linghu Gongsun", True),
    culture("IN", "Asia/Kolkata", "Aarohi Vihaan Meenakshi Raghunath Lavanya Ishaan Kavita Suresh Devika Manoj",
            "Chattoraj Velumani Kulshreshtha Nambisan Parthiban Deshkar Tirumalai Bhattathiri Ghoshal Mahapatro"),
    culture("DE", "Europe/Berlin", "Annegret Lennart Friederike Torsten Wiebke Matthes Roswitha Jannik Gesine Uwe",
            "Holzapfelberg Kirschnick Wattenfels Strohbusch Ackerlund Zwirnemann Brunnthaler Eichelgrund Moorfeld Quastenau"),
    culture("FR", "Europe/Paris", "Océane Thibault Mireille Gaspard Solène Yannick Apolline Bastien",
            "Fontvielle Roquebrune Delacombe Charbonnel-Aury Vaucresson Lamarsaude Tourvieille Beaugency"),
    culture("GB", "Europe/London", "Imogen Rupert Bronwen Alasdair Harriet Gethin Rosalind Callum",
            "Thistlewood Penhallowick Ormerodale Braithwell Llanfair Cuddington Farthingay Strathearne"),
    culture("US", "America/New_York", "Savannah Marcus Delphine Tyrell Abigail Wendell Josefina Curtis",
            "Hollowayne Brightwater Castlebury Rutledgeford Pennywhistle Okafor-Lane Tallgrass Merriwether"),
    culture("US", "America/Los_Angeles", "Skyler Noelani Ramona Desmond Priscilla Octavio Juniper Leland",
            "Winterbourne Sandovalle Ridgecroft Yamabukiya Larksmith Copperhill Delmarva Foxgrove"),
    culture("BR", "America/Sao_Paulo", "Thaís Caetano Iracema Rodrigo Juliana Benício Marília Otávio",
            "Figueirôa Tavaredes Carvalhinho Sabugosa Montenegrino Pintassilgo Arruadas Veigandara"),
    culture("NG", "Africa/Lagos", "Adaeze Olumide Ngozi Babatunde Chinwe Femi Temitope Ifeanyi",
            "Okonkwuba Adeyinkola Eze-Nwosu Olatunbosunde Balogunde Uchendulo Afolabisi Nwachukwura"),
    culture("KE", "Africa/Nairobi", "Wanjiru Kipchoge Akinyi Barasa Njeri Otieno Makena Kiprono",
            "Muthokari Wekesana Cheruiyara Odhiambi Kariukwa Nyamburai Mutisola Langatera"),
    culture("PL", "Europe/Warsaw", "Agnieszka Bartosz Małgorzata Wojciech Zuzanna Kazimierz Jagoda Szymon",
            "Brzezińczyk Dąbrowiecki Krzemieniak Łososiński Wierzbowiak Żurawiecki Gwiazdoń Sosnowicki"),
    culture("UA", "Europe/Kyiv", "Oksana Taras Solomiia Bohdan Yaryna Ostap Myroslava Danylo",
            "Kalynovska Vyshnevenko Dubravchuk Zoriachenko Lozovyak Hrabovetska Stepovyi Yavorchenko"),
    culture("SE", "Europe/Stockholm", "Ebba Torbjörn Linnéa Gustaf Ylva Håkan Saga Ragnar",
            "Björkenstam Älvdalsson Granlöf Sjöbladh Furuvik Rönnskär Stenmarker Åkervall"),
    culture("CZ", "Europe/Prague", "Zdeňka Vojtěch Ludmila Radovan Květa Přemysl Jarmila Bořivoj",
            "Havránkovský Podhorníček Třešňák Zelníček Modřínek Jalovčík Vrbička Šafránský"),
    culture("IT", "Europe/Rome", "Ginevra Ruggero Fiammetta Corrado Ornella Tancredi Loredana Ermanno",
            "Vallescura Montefalchi Pietradoro Acquamorta Serravento Boscolungo Campofiori Rivalba"),
    culture("ES", "Europe/Madrid", "Leire Gonzalo Itziar Baltasar Nerea Joaquín Amaia Fermín",
            "Etxezarreta Valdecantos Riofrancos Montecorba Larrañeta Peñalosilla Zubialdea Altamarena"),
    culture("MX", "America/Mexico_City", "Xóchitl Emiliano Citlali Anselmo Guadalupe Ulises Yaretzi Efraín",
            "Tlapalco Zacatenca Huerteros Barragandía Coyolapa Mezcalera Ocampillo Salvatierrez"),
    culture("TR", "Europe/Istanbul", "Zeynep Kerem Aylin Tolga Defne Barış Nilüfer Onur",
            "Karadeniztürk Yıldızlıoğlu Çınaralp Demirkuşak Gülbahçeli Akpınaroğlu Şahinbey Taşköprülü"),
    culture("EG", "Africa/Cairo", "Yasmin Tarek Nourhan Sherif Mariam Hossam Salma Wael",
            "El-Nakhlawy Abou-Shadi El-Qasabgy Mansourian Tantawiyeh El-Rashidy-Bek Gamaleldeen Zaytouni"),
    culture("VN", "Asia/Ho_Chi_Minh", "Thùy Quang Ngọc Khánh Hạnh Tuấn Diễm Phúc",
            "Nguyễn-Lam Trịnh-Hạ Đoàn-Vũ Phùng-An Tăng-Bảo Lục-Mai Khổng-Duy Triệu-Sơn", True),
    culture("AU", "Australia/Sydney", "Matilda Lachlan Kirra Angus Saskia Darcy Tahlia Bryce",
            "Wattlebank Gumnutton Kookaburne Billabury Coolahan-Rye Merrigum Tarrawonga Yarralinton"),
    culture("IL", "Asia/Jerusalem", "Noa Eitan Tamar Yonatan Shira Amichai Maayan Gilad",
            "Har-Zahav Ben-Tapuach Alonizky Shaked-Or Nachaliel Goren-Dekel Tzabarov Rimonai"),
]
