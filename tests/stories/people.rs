//! One customer under two addresses: who may be one person is proposed and never assumed, a person
//! says so and takes it back, and whatever was said follows from the log.

use baton_api::Commands as _;
use baton_api::contacts as ct;
use baton_api::health::AuditVerify;
use baton_core::ids::ConversationId;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const WORK: &str = "Carla Stone <carla@customer.test>";
const HOME: &str = "Carla Stone <stone@customer.test>";
const STRANGER: &str = "Carla Stone <carla@elsewhere.test>";

async fn contact_of(desk: &Desk, which: ConversationId) -> String {
    desk.state(which).await.contact.to_string()
}

async fn panel(desk: &Desk, contact: &str) -> ct::ContactView {
    let contact = contact.to_owned();
    desk.engine
        .contact_get(ct::ContactGet { contact })
        .await
        .unwrap()
}

/// Who is proposed, and why.
fn proposed(view: &ct::ContactView) -> Vec<(String, Vec<String>)> {
    let alike = view.alike.iter();
    alike
        .map(|one| {
            let signs = one.signs.iter().map(|sign| sign.code.clone());
            (one.contact.id.clone(), signs.collect())
        })
        .collect()
}

async fn merge(desk: &Desk, contact: &str, with: &str) -> ct::PeopleChanged {
    let (contact, with) = (contact.to_owned(), with.to_owned());
    desk.engine
        .contact_merge(ct::ContactMerge {
            contact,
            with,
            undoes: false,
        })
        .await
        .unwrap()
}

async fn tell_apart(desk: &Desk, contact: &str, other: &str, apart: bool) {
    desk.engine
        .contacts_tell_apart(ct::ContactsTellApart {
            contact: contact.to_owned(),
            other: other.to_owned(),
            apart,
        })
        .await
        .unwrap();
}

async fn dump(desk: &Desk) -> String {
    desk.engine
        .read(|reader, _| {
            let mut bytes = Vec::new();
            reader.dump_projection(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
        .await
        .unwrap()
}

/// Makes everything anew from the log, and finds it as it was.
async fn follows_from_the_log(desk: &Desk) {
    let before = dump(desk).await;
    desk.engine.mend().await.unwrap();
    assert_eq!(dump(desk).await, before);
    let report = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[tokio::test]
async fn the_same_name_at_one_domain_is_proposed_joined_and_taken_back() {
    let desk = Desk::open().await;
    let lamp = desk.mail(&Mail::from(WORK, "1", "My lamp.")).await;
    let chair = desk.mail(&Mail::from(HOME, "2", "My chair.")).await;
    let other = desk.mail(&Mail::from(STRANGER, "3", "My table.")).await;
    let (work, home) = (
        contact_of(&desk, lamp).await,
        contact_of(&desk, chair).await,
    );
    let stranger = contact_of(&desk, other).await;

    let before = panel(&desk, &work).await;
    let sign = vec!["same_name_and_domain".to_owned()];
    assert_eq!(proposed(&before), [(home.clone(), sign.clone())]);
    assert_eq!(
        before.alike[0].signs[0].detail,
        "Carla Stone, customer.test"
    );
    assert_eq!(before.total, 1, "nothing was joined by itself");
    assert!(proposed(&panel(&desk, &stranger).await).is_empty());

    let merged = merge(&desk, &work, &home).await;
    for contact in [&work, &home] {
        let now = panel(&desk, contact).await;
        assert_eq!(now.contact.id, work);
        assert_eq!((now.total, now.conversations.len()), (2, 2));
        assert!(now.alike.is_empty());
        let joined = now.identities[1].joined.as_ref().unwrap();
        assert_eq!((joined.by.as_str(), &joined.signs), ("Anna", &sign));
        assert!(now.identities[0].joined.is_none());
    }
    follows_from_the_log(&desk).await;

    // Taken back, it is as if nobody had said it: the proposal stands again.
    desk.engine
        .contact_split(ct::ContactSplit {
            contacts: merged.contacts,
            stands: Some(merged.other),
            undoes: true,
        })
        .await
        .unwrap();
    assert_eq!(proposed(&panel(&desk, &work).await), proposed(&before));
    assert_eq!(panel(&desk, &home).await.total, 1);
    follows_from_the_log(&desk).await;
}

#[tokio::test]
async fn who_was_told_apart_is_not_proposed_again_until_that_is_taken_back() {
    let desk = Desk::open().await;
    let lamp = desk.mail(&Mail::from(WORK, "1", "My lamp.")).await;
    let chair = desk.mail(&Mail::from(HOME, "2", "My chair.")).await;
    let (work, home) = (
        contact_of(&desk, lamp).await,
        contact_of(&desk, chair).await,
    );
    tell_apart(&desk, &home, &work, true).await;
    for contact in [&work, &home] {
        assert!(panel(&desk, contact).await.alike.is_empty());
    }
    follows_from_the_log(&desk).await;
    tell_apart(&desk, &work, &home, false).await;
    assert_eq!(panel(&desk, &work).await.alike.len(), 1);

    // A split says so too, and an undo of the split does not.
    merge(&desk, &work, &home).await;
    let split = ct::ContactSplit {
        contacts: vec![work.clone()],
        stands: None,
        undoes: false,
    };
    let parted = desk.engine.contact_split(split).await.unwrap();
    assert_eq!((&parted.person, &parted.other), (&work, &home));
    assert!(panel(&desk, &home).await.alike.is_empty());
    assert_eq!(panel(&desk, &home).await.total, 1);
    let undone = ct::ContactMerge {
        contact: parted.person,
        with: parted.other,
        undoes: true,
    };
    desk.engine.contact_merge(undone).await.unwrap();
    assert_eq!(panel(&desk, &home).await.contact.id, work);
    follows_from_the_log(&desk).await;
    let again = desk.engine.contact_merge(ct::ContactMerge {
        contact: work,
        with: home,
        undoes: false,
    });
    assert_eq!(again.await.err().unwrap().code, "same_person");
}

#[tokio::test]
async fn a_phone_number_and_an_address_on_two_channels_are_signs() {
    let desk = Desk::open().await;
    let lamp = desk.mail(&Mail::from(WORK, "1", "My lamp.")).await;
    let work = contact_of(&desk, lamp).await;
    let other = desk
        .mail(&Mail::from("Ina <ina@elsewhere.test>", "2", "My chair."))
        .await;
    let ina = contact_of(&desk, other).await;
    let rows = vec![
        row("email", "carla@customer.test", "+49 30 901-820"),
        row("email", "ina@elsewhere.test", "030 901 820"),
        row("demo", "carla@customer.test", "none yet"),
    ];
    std::fs::write(
        baton_engine::rulesfile::path(desk.folder()),
        format!(
            "{}\n[facts]\n\"attr.phone\" = {{ type = \"text\" }}\n",
            baton_tests::desk::RULES
        ),
    )
    .unwrap();
    let desk = desk.reopened(|_| {}).await;
    let taken = desk
        .engine
        .contacts_import(ct::ContactsImport {
            rows,
            dry_run: false,
        })
        .await
        .unwrap();
    assert!(taken.problems.is_empty(), "{:?}", taken.problems[0].what);
    let seen = proposed(&panel(&desk, &work).await);
    assert!(
        seen.contains(&(ina.clone(), vec!["same_phone".to_owned()])),
        "{seen:?}"
    );
    let codes: Vec<&str> = seen
        .iter()
        .flat_map(|(_, signs)| signs)
        .map(String::as_str)
        .collect();
    assert!(codes.contains(&"same_address"), "{seen:?}");

    let found = desk.engine.contact_find(ct::ContactFind {
        text: "ina@".to_owned(),
        besides: Some(work.clone()),
    });
    assert_eq!(found.await.unwrap().contacts[0].id, ina);
    let found = desk.engine.contact_find(ct::ContactFind {
        text: "carla".to_owned(),
        besides: Some(work),
    });
    let found = found.await.unwrap();
    assert!(
        found
            .contacts
            .iter()
            .all(|one| one.address == "carla@customer.test")
    );
}

fn row(kind: &str, address: &str, phone: &str) -> ct::ContactFields {
    ct::ContactFields {
        line: 1,
        kind: kind.to_owned(),
        address: address.to_owned(),
        fields: [("phone".to_owned(), phone.to_owned())].into(),
    }
}

#[tokio::test]
async fn erasing_a_person_erases_all_they_wrote_under() {
    let desk = Desk::open().await;
    let lamp = desk.mail(&Mail::from(WORK, "1", "My lamp.")).await;
    let chair = desk.mail(&Mail::from(HOME, "2", "My chair.")).await;
    let (work, home) = (
        contact_of(&desk, lamp).await,
        contact_of(&desk, chair).await,
    );
    merge(&desk, &work, &home).await;
    // Named by the address that does not stand for them.
    let erased = desk
        .engine
        .contact_erase(ct::ContactErase {
            contact: "stone@customer.test".to_owned(),
        })
        .await;
    // The stories' own mailbox is a demo, whose mail comes under addresses of mail.
    let erased = erased.unwrap();
    assert_eq!((erased.conversations, erased.messages), (2, 2));
    let view = panel(&desk, &work).await;
    assert!(view.identities.is_empty());
    assert_eq!(view.contact.name, "");
    for which in [lamp, chair] {
        let messages = desk.messages(which).await;
        assert!(messages.iter().all(|message| message.text.is_empty()));
    }
    follows_from_the_log(&desk).await;
}
