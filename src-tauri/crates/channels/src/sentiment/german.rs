//! German words and what they do to the tone. Words are listed in the forms that are written most.

pub(super) const WEIGHTS: &[(f32, &str)] = &[
    (
        -4.0,
        "betrüger betrug abzocke abzocker verbrecher scheiße scheisse arschlöcher verarscht",
    ),
    (
        -3.4,
        "frechheit unverschämt unverschämtheit katastrophe katastrophal schlimmste schlimmsten \
         schlimmster widerlich empörend empört wütend hasse skandal skandalös saftladen",
    ),
    (
        -2.8,
        "furchtbar schrecklich inakzeptabel unmöglich lächerlich nutzlos unfähig grauenhaft \
         miserabel mies miese mieser mieses dumm idioten idiot lüge lügen gelogen dreist albtraum \
         sauer zumutung mist unfassbar unerhört",
    ),
    (
        -2.2,
        "schlecht schlechte schlechter schlechten schlechtes ärgerlich ärger genervt nervt nervig \
         enttäuscht enttäuschend enttäuschung frustriert frustrierend unzufrieden unprofessionell \
         unzuverlässig verschwendung ignoriert ignorieren kaputt kaputte kaputtes beschwerde \
         beschweren versagt unfair chaos unhöflich unfreundlich hoffnungslos zwecklos lachhaft",
    ),
    (
        -1.6,
        "falsch falsche falschen problem probleme fehler fehlerhaft defekt defekte langsam spät \
         verspätet verspätung fehlt fehlen verloren beschädigt verwirrend unklar schwierig besorgt \
         sorge sorgen niemand nichts dringend leider mangelhaft mahnung abgestürzt umständlich \
         gestohlen notfall angst schaden schade traurig",
    ),
    (
        -0.9,
        "warte gewartet warten stornieren storniert kündigen kündigung rückerstattung widerruf \
         vergessen immer wieder endlich ewig mehrfach weder",
    ),
    (
        0.9,
        "bitte hoffe hoffentlich okay ok willkommen gern gerne klar ja richtig bereit freundlichen \
         freundliche",
    ),
    (
        1.6,
        "gut gute guter guten gutes schön schöne danke dank hilfreich hilfe hilft geholfen \
         funktioniert geklappt klappt gelöst behoben einfach schnell schnelle schnellen zuverlässig \
         freundlich höflich nett nette froh freue freut gefällt empfehlen empfehle sauber sicher \
         bequem lustig erfolgreich",
    ),
    (
        2.4,
        "toll tolle tolles toller super klasse prima dankbar zufrieden beeindruckt liebe lieben \
         spitze glücklich begeistert bestens beste besten cool",
    ),
    (
        3.1,
        "hervorragend hervorragende wunderbar wunderbare fantastisch ausgezeichnet perfekt perfekte \
         großartig grossartig großartige genial traumhaft",
    ),
];

pub(super) const NOT: &str = "nicht kein keine keinen keinem keiner keinerlei nie niemals ohne \
    kaum weder nimmer";

pub(super) const BY: &[(f32, &str)] = &[
    (
        0.6,
        "sehr wirklich so extrem absolut total völlig überaus besonders zu viel vielen richtig echt \
         unglaublich äußerst komplett mehr höchst ganz",
    ),
    (
        -0.6,
        "etwas bisschen leicht ziemlich einigermaßen fast teilweise wenig eher",
    ),
];

pub(super) const BUT: &str = "aber jedoch trotzdem dennoch allerdings obwohl sondern";
