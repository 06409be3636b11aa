//! Answers below and between what is quoted, and what is drawn or cited on the way.

use baton_channels::reply::split;

fn visible(mail: &str) -> String {
    let words: Vec<String> = split(mail)
        .visible
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    words.join(" / ")
}

#[test]
fn an_answer_below_a_quote_that_begins_with_a_header_is_seen() {
    let headers = [
        "From: Lena <lena@shop.example>\nSent: Tuesday, March 4, 2025 9:12 AM\n\
         To: Ida <ida@customer.example>\nSubject: Re: Kettle\n",
        "Von: Lena <lena@shop.example>\nGesendet: Dienstag, 4. März 2025 09:12\n\
         An: Ida <ida@customer.example>\nBetreff: Re: Kessel\n",
        "De : Lena <lena@shop.example>\nEnvoyé : mardi 4 mars 2025 09:12\n\
         À : Ida <ida@customer.example>\nObjet : Re: Bouilloire\n",
        "-----Original Message-----\nFrom: Lena <lena@shop.example>\n\
         Sent: Tuesday, March 4, 2025 9:12 AM\nTo: ida@customer.example\nSubject: Re: Kettle\n",
        "________________________________\nFrom: Lena <lena@shop.example>\n\
         Sent: Tuesday, March 4, 2025 9:12 AM\nTo: ida@customer.example\nSubject: Re: Kettle\n",
    ];
    for header in headers {
        let below = format!("{header}\n> Which model?\n\nThe red one.\n");
        assert_eq!(visible(&below), "The red one.", "{header}");
        // With words above it is all quote, whatever its writer had marked.
        let above = format!("Still leaking.\n\n{header}\n> Which model?\n\nThe red one.\n");
        assert_eq!(visible(&above), "Still leaking.", "{header}");
        // Nothing is marked: nobody can tell who wrote what, and nothing is hidden.
        let open = format!("{header}\nWhich model?\n\nThe red one.\n");
        assert!(visible(&open).contains("The red one."), "{header}");
    }
}

#[test]
fn answers_of_a_line_between_quoted_lines_are_seen() {
    let cases = [
        (
            "> Which model?\nThe red one.\n> Which year?\n2019.\n",
            "The red one. / 2019.",
        ),
        ("> Is it hot?\nyes\n> Since when?\nMay\n", "yes / May"),
        (
            "> Send us the number.\nIt is 4711.\n> And a picture.\nBelow.\n",
            "It is 4711. / Below.",
        ),
    ];
    for (mail, expected) in cases {
        assert_eq!(visible(mail), expected, "{mail}");
    }
    // What a program broke off a quoted line is no answer.
    let broken = "It leaks.\n\n> We have sent you a new lid for the kettle which you bought in the\n\
                  spring\n> and hope that it fits.\n> See (https://shop.example/lids?colour=\n\
                  red&size=2)\n> for more.\n";
    assert_eq!(visible(broken), "It leaks.");
}

#[test]
fn a_quote_may_be_introduced_without_a_date() {
    for intro in [
        "Quoting Lena Fox <lena@shop.example>:",
        "Zitat von Lena Fox <lena@shop.example>:",
        "* Lena Fox <lena@shop.example> [2025-03-04 09:12]:",
    ] {
        let mail = format!("It leaks.\n\n{intro}\n> Which model?\n");
        assert_eq!(visible(&mail), "It leaks.", "{intro}");
    }
    let said = "Quoting you: it lasts for ever. It does not.\n";
    assert_eq!(visible(said), said.trim());
}

#[test]
fn a_rule_between_two_parts_of_what_is_said_hides_nothing() {
    let mail = "Two things.\n\n---\n\nThe kettle leaks, and nobody has come to look at it.\n";
    assert!(visible(mail).contains("nobody has come"));
    let signed = "It leaks.\n\n---\nIda Berg\nHarbour Street 7\n";
    assert_eq!(visible(signed), "It leaks.");
}

#[test]
fn headers_in_rarer_languages_are_known() {
    for header in [
        "Šalje: Lena <lena@shop.example>\nPoslano: utorak, 4. ožujka 2025. 9:12\n\
         Prima: Ida <ida@customer.example>\nPredmet: Re: Kuhalo",
        "จาก: Lena <lena@shop.example>\nส่ง: 4 มีนาคม 2025 9:12\n\
         ถึง: Ida <ida@customer.example>\nเรื่อง: Re: กาน้ำ",
        "No: Lena <lena@shop.example>\nNosūtīts: 2025. gada 4. marts 9:12\n\
         Kam: Ida <ida@customer.example>\nTēma: Re: Tējkanna",
        "Saatja: Lena <lena@shop.example>\nSaadetud: 4. märts 2025 9:12\n\
         Adressaat: Ida <ida@customer.example>\nTeema: Re: Veekeetja",
    ] {
        let mail = format!("It leaks.\n\n{header}\n\nWhich model?\n");
        assert_eq!(visible(&mail), "It leaks.", "{header}");
    }
}

#[test]
fn the_armour_of_a_text_signed_in_the_clear_is_folded() {
    let above = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n";
    let below =
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAd\n=abcd\n-----END PGP SIGNATURE-----\n";
    for text in [
        "It leaks.\n\n",
        "It leaks.\n\n- -- \nIda Berg\n",
        "It leaks.\n\nOn Tue, Mar 4, 2025 at 9:12 AM Lena <lena@shop.example> wrote:\n> Hot?\n",
        "On 04.03.25 09:12, Lena Fox wrote:\n> Hot?\n\nIt leaks.\n",
    ] {
        assert_eq!(
            visible(&format!("{above}{text}{below}")),
            "It leaks.",
            "{text}"
        );
        assert_eq!(visible(&format!("{text}{below}")), "It leaks.", "{text}");
    }
    // Without an end it may be anything.
    let open = "What is this?\n-----BEGIN PGP SIGNATURE-----\nIt never ends.\n";
    assert!(visible(open).contains("It never ends."));
}
