//! English words and what they do to the tone.

pub(super) const WEIGHTS: &[(f32, &str)] = &[
    (
        -4.0,
        "scam scammers fraudsters thieves bastards fuck fucking bullshit",
    ),
    (
        -3.4,
        "worst horrible disgusting disgrace disgraceful outrageous furious atrocious appalling \
         abysmal shit crap pathetic hate hated despicable",
    ),
    (
        -2.8,
        "awful terrible ridiculous unacceptable useless incompetent infuriating angry idiots idiot \
         idiotic stupid liars lied lying lie cheated rude insulting absurd joke rubbish garbage \
         unbelievable nightmare shameful livid sucks suck hell damn",
    ),
    (
        -2.2,
        "bad annoying annoyed frustrated frustrating disappointed disappointing disappointment \
         upset unhappy dissatisfied poor poorly worse worthless waste wasted wasting unprofessional \
         unreliable careless ignored ignoring ignore fed mad sick tired complaint complain \
         complaining fail failed fails failure broken refuse refused unfair mess hopeless sucky \
         misled misleading bored boring pointless shocking shocked nonsense lousy",
    ),
    (
        -1.6,
        "wrong problem problems trouble issue issues error errors slow late delayed delay delays \
         missing lost never damaged faulty defective confusing confused impossible difficult worried \
         worry concerned unable stuck nobody nothing incorrect overcharged stolen urgent crashed \
         crashes crash bug bugs unclear inconvenient inconvenience painful pain dead hurt afraid \
         scared emergency mistake mistakes unfortunately sad sadly forgot unwilling hassle",
    ),
    (
        -0.9,
        "waiting waited cancel cancelled canceled refund unsure missed expired late hurry seriously \
         forever again still already hard lack lacks without least why",
    ),
    (
        0.9,
        "please hope hopefully fine okay ok welcome kind kindly interested sure clear yes ready \
         correct right",
    ),
    (
        1.6,
        "good nice thanks thank thx cheers helpful help helps helped works worked working solved \
         resolved fixed easy quick quickly fast clean safe comfortable useful smooth smoothly \
         reliable polite friendly glad pleased appreciate appreciated like liked enjoy enjoyed fair \
         recommend happy lucky success successful worth lol haha",
    ),
    (
        2.4,
        "great grateful thankful satisfied impressed cool beautiful brilliant delightful lovely \
         sweet best love loved loves superb yay hooray awesome",
    ),
    (
        3.1,
        "excellent amazing wonderful fantastic perfect perfectly outstanding delighted thrilled \
         incredible marvelous marvellous flawless",
    ),
];

pub(super) const NOT: &str = "not no never don't doesn't didn't isn't aren't wasn't weren't won't \
    wouldn't can't cannot couldn't shouldn't hasn't haven't hadn't ain't dont doesnt didnt isnt \
    arent wasnt wont cant couldnt havent hasnt neither nor without hardly barely";

pub(super) const BY: &[(f32, &str)] = &[
    (
        0.6,
        "very really so extremely absolutely totally completely incredibly utterly too such highly \
         truly super beyond entirely deeply terribly horribly insanely bloody freaking most",
    ),
    (
        -0.6,
        "slightly somewhat little bit rather kinda sorta partly almost fairly mildly",
    ),
];

pub(super) const BUT: &str = "but however though although yet except";
