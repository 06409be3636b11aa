use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;

#[derive(Default)]
struct Paper {
    services: BTreeMap<String, Vec<Service>>,
    exchangers: Vec<String>,
    files: BTreeMap<String, &'static str>,
    asked: Mutex<Vec<String>>,
}

impl Lookup for Paper {
    async fn services(&self, name: &str) -> Vec<Service> {
        self.asked.lock().unwrap().push(name.to_owned());
        self.services.get(name).cloned().unwrap_or_default()
    }
    async fn exchangers(&self, domain: &str) -> Vec<String> {
        self.asked.lock().unwrap().push(domain.to_owned());
        self.exchangers.clone()
    }
    async fn file(&self, url: &str) -> Option<Vec<u8>> {
        self.asked.lock().unwrap().push(url.to_owned());
        self.files.get(url).map(|text| text.as_bytes().to_vec())
    }
}

fn place(priority: u16, host: &str, port: u16) -> Service {
    Service {
        priority,
        weight: 1,
        port,
        host: host.to_owned(),
    }
}

const FILE: &str = r#"<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="shop.test">
  <incomingServer type="pop3"><hostname>pop.shop.test</hostname><port>995</port>
    <socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>plain.shop.test</hostname><port>143</port>
    <socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port>
    <socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>out.shop.test</hostname><port>587</port>
    <socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>"#;

#[tokio::test]
async fn a_known_provider_needs_no_question() {
    let paper = Paper::default();
    let found = discover("anna@Gmail.com", &paper).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].source, Source::BuiltIn);
    assert_eq!(found[0].imap.host, "imap.gmail.com");
    assert!(found[0].app_password && found[0].browser);
    assert_eq!(found[0].sent_copy, SentCopy::Provider);
    assert!(paper.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_own_domain_is_found_by_its_exchanger() {
    let paper = Paper {
        exchangers: vec!["shop-test.mail.protection.outlook.com.".to_owned()],
        ..Paper::default()
    };
    let found = discover("help@shop.test", &paper).await;
    assert_eq!(found[0].source, Source::Exchanger);
    assert_eq!(found[0].provider.as_deref(), Some("Microsoft 365"));
    assert!(
        found.iter().any(|c| c.source == Source::Guess),
        "other ways stay open"
    );
    let spoofed = Paper {
        exchangers: vec!["evilgoogle.com.".to_owned()],
        ..Paper::default()
    };
    let found = discover("help@shop.test", &spoofed).await;
    assert!(found.iter().all(|c| c.source == Source::Guess));
}

#[tokio::test]
async fn dns_is_believed_by_preference_and_a_lone_dot_means_no() {
    let mut paper = Paper::default();
    let mut say = |name: &str, places: Vec<Service>| {
        paper
            .services
            .insert(format!("{name}._tcp.shop.test."), places);
    };
    say(
        "_imaps",
        vec![
            place(20, "b.shop.test.", 993),
            place(10, "a.shop.test.", 9930),
        ],
    );
    say("_submissions", vec![place(0, ".", 0)]);
    say("_submission", vec![place(0, "out.shop.test.", 587)]);
    let found = discover("help@shop.test", &paper).await;
    assert_eq!(found[0].source, Source::Dns);
    assert_eq!(
        (found[0].imap.host.as_str(), found[0].imap.port),
        ("a.shop.test", 9930)
    );
    assert_eq!(found[0].smtp.security, Security::StartTls);
}

#[tokio::test]
async fn a_set_up_file_is_read_and_servers_without_encryption_are_passed_over() {
    let url = "https://shop.test/.well-known/autoconfig/mail/config-v1.1.xml".to_owned();
    let paper = Paper {
        files: BTreeMap::from([(url, FILE)]),
        ..Paper::default()
    };
    let found = discover("help@shop.test", &paper).await;
    assert_eq!(found[0].source, Source::Autoconfig);
    assert_eq!(found[0].imap.host, "imap.shop.test");
    assert_eq!(found[0].user, "help");
    assert_eq!(
        (found[0].smtp.port, found[0].smtp.security),
        (587, Security::StartTls)
    );
    let asked = paper.asked.lock().unwrap();
    assert!(
        asked
            .iter()
            .filter(|q| q.contains('/'))
            .all(|q| q.starts_with("https://"))
    );
    assert!(
        !asked.iter().any(|q| q.contains("thunderbird")),
        "nobody else is told"
    );
}

#[tokio::test]
async fn the_collection_is_asked_last_and_learns_no_address() {
    let url = "https://autoconfig.thunderbird.net/v1.1/shop.test".to_owned();
    let paper = Paper {
        files: BTreeMap::from([(url, FILE)]),
        ..Paper::default()
    };
    let found = discover("help@shop.test", &paper).await;
    assert_eq!(found[0].source, Source::Collection);
    let asked = paper.asked.lock().unwrap();
    assert!(
        asked
            .iter()
            .all(|q| !(q.contains("thunderbird") && q.contains("help")))
    );
}

#[tokio::test]
async fn what_is_no_address_finds_nothing() {
    for text in [
        "",
        "nobody",
        "@shop.test",
        "a@localhost",
        "a@127.0.0.1",
        "a@b c.test",
    ] {
        assert!(discover(text, &Paper::default()).await.is_empty(), "{text}");
    }
}

#[test]
fn broken_files_are_no_files() {
    let (half, _) = FILE.split_at(500);
    for file in ["", "<a", "<clientConfig/>", "\u{0}\u{1}", half] {
        let read = autoconfig::read(
            file.as_bytes(),
            "shop.test",
            "a@shop.test",
            Source::Autoconfig,
        );
        assert!(read.is_none(), "{file}");
    }
}

#[test]
fn the_list_is_sound() {
    let mut domains: Vec<&str> = Vec::new();
    for known in providers::PROVIDERS {
        assert!([465, 587].contains(&known.smtp_port), "{}", known.name);
        for domain in known.domains {
            assert!(!domains.contains(domain), "{domain} stands twice");
            domains.push(domain);
        }
    }
    assert!(providers::PROVIDERS.len() >= 25);
}
