//! What the team knows: kept by passages, found by words, gone when it is to be gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use baton_core::knowledge::passage::{Passage, passages};
use baton_store::{KnowledgeHit, KnowledgeKind, KnowledgeRequest, NewKnowledge};
use serde_json::Value;

use crate::world::{START, World};

const HANDBOOK: &str = "# Returns\nShoes can be returned within 14 days, unworn.\n\n# Delivery\n\
                        Parcels arrive within three days. Islands take longer.\n\n# Rückgabe\n\
                        Schuhe können zurückgegeben werden.\n\n# 返品\n商品は返品できます。\n";

fn put(world: &mut World, kind: KnowledgeKind, name: &str, text: &str) -> i64 {
    let passages = passages(text);
    let new = NewKnowledge {
        kind,
        name,
        title: name,
        passages: &passages,
    };
    world.write(|tx| tx.save_knowledge(&new, START).unwrap().0)
}

fn find(world: &World, written: &str) -> Vec<KnowledgeHit> {
    find_among(world, written, &KnowledgeKind::EVERY)
}

fn find_among(world: &World, written: &str, kinds: &[KnowledgeKind]) -> Vec<KnowledgeHit> {
    let request = KnowledgeRequest {
        written,
        kinds,
        limit: 3,
    };
    world.read(|reader| reader.find_knowledge(&request))
}

fn headings(world: &World, written: &str) -> Vec<String> {
    let hits = find(world, written);
    hits.into_iter().map(|hit| hit.heading).collect()
}

#[test]
fn the_passage_that_answers_comes_first_in_every_language_and_form() {
    let mut world = World::new();
    put(&mut world, KnowledgeKind::Document, "handbook.md", HANDBOOK);
    for (written, heading) in [
        ("Hello, may I return my shoe?", "Returns"),
        (
            "When does my PARCEL arrive, I live on an island",
            "Delivery",
        ),
        ("Wie geht die Ruckgabe von einem Schuh", "Rückgabe"),
        ("この商品を返品したい", "返品"),
    ] {
        assert_eq!(
            headings(&world, written).first().map(String::as_str),
            Some(heading),
            "{written}"
        );
    }
    assert!(find(&world, "").is_empty());
    assert!(find(&world, "zebra \" * NEAR( {mark} : document").len() <= 3);
    assert!(find(&world, "quantum chromodynamics").is_empty());
}

#[test]
fn short_words_that_stand_everywhere_lead_nowhere() {
    let mut world = World::new();
    let text = "# Bikes\nWe fit a new chain for you.\n\n# Helmets\nWe have one for each head.\n\n\
                # TV\nOur TV spot can be seen on Sunday.\n";
    put(&mut world, KnowledgeKind::Document, "shop.md", text);
    let hits = find(&world, "Do we pay for the chain?");
    let all: Vec<&str> = hits[0].stems.iter().map(String::as_str).collect();
    assert!(!all.contains(&"for") && !all.contains(&"we"), "{all:?}");
    assert_eq!(hits[0].heading, "Bikes");
    // One that is rare says something, and where there is nothing else, everything counts.
    assert_eq!(headings(&world, "The TV spot?"), ["TV"]);
    assert_eq!(find(&world, "we").len(), 2);
}

#[test]
fn each_kind_is_looked_through_alone_and_what_was_written_cannot_name_one() {
    let mut world = World::new();
    put(&mut world, KnowledgeKind::Document, "handbook.md", HANDBOOK);
    put(
        &mut world,
        KnowledgeKind::Answer,
        "returns",
        "Shoes are taken back.",
    );
    let only = find_among(&world, "shoes", &[KnowledgeKind::Answer]);
    assert_eq!(only.len(), 1);
    assert_eq!(only[0].kind, KnowledgeKind::Answer);
    let sly = "shoes \u{e000}document";
    assert_eq!(find_among(&world, sly, &[KnowledgeKind::Answer]).len(), 1);
    assert!(find_among(&world, "shoes", &[]).is_empty());
}

#[test]
fn what_is_read_anew_takes_the_place_of_what_was_read_before() {
    let mut world = World::new();
    let n = put(
        &mut world,
        KnowledgeKind::Page,
        "https://shop.test",
        "Blue zebras.",
    );
    let again = put(
        &mut world,
        KnowledgeKind::Page,
        "https://shop.test",
        "Green lions.",
    );
    assert_eq!(n, again);
    assert!(find(&world, "zebras").is_empty());
    assert_eq!(find(&world, "lions").len(), 1);
    world.write(|tx| tx.knowledge_not_read(n, "the page is gone").unwrap());
    let source = world.read(|reader| reader.knowledge_source(n)).unwrap();
    assert_eq!(source.problem, "the page is gone");
    assert_eq!(find(&world, "lions").len(), 1, "what was read before stays");
    let passages = passages("Green lions.");
    let new = NewKnowledge {
        kind: KnowledgeKind::Page,
        name: "https://shop.test",
        title: "https://shop.test",
        passages: &passages,
    };
    let (_, changed) = world.write(|tx| tx.save_knowledge(&new, START.plus(5)).unwrap());
    assert!(!changed);
    let source = world.read(|reader| reader.knowledge_source(n)).unwrap();
    assert_eq!(
        (source.problem.as_str(), source.read_at),
        ("", START.plus(5))
    );
}

#[test]
fn what_is_removed_is_found_no_more_until_it_is_put_back_and_is_forgotten_in_the_end() {
    let mut world = World::new();
    let n = put(&mut world, KnowledgeKind::Document, "handbook.md", HANDBOOK);
    assert!(world.write(|tx| tx.remove_knowledge(n, START).unwrap()));
    assert!(!world.write(|tx| tx.remove_knowledge(n, START).unwrap()));
    assert!(find(&world, "shoes").is_empty());
    let listed =
        |world: &World| world.read(|reader| reader.knowledge_sources(KnowledgeKind::Document));
    assert!(listed(&world).is_empty());
    assert!(world.write(|tx| tx.restore_knowledge(n).unwrap()));
    assert_eq!(find(&world, "shoes").len(), 1);
    assert_eq!(listed(&world)[0].passages, 4);
    let counted = world.read(|reader| reader.knowledge_count(KnowledgeKind::Document));
    assert_eq!(counted, (1, 4));
    world.write(|tx| tx.remove_knowledge(n, START).unwrap());
    assert_eq!(
        world.write(|tx| tx.forget_removed_knowledge(START).unwrap()),
        0
    );
    let later = START.plus(1);
    assert_eq!(
        world.write(|tx| tx.forget_removed_knowledge(later).unwrap()),
        1
    );
    assert!(!world.write(|tx| tx.restore_knowledge(n).unwrap()));
    let left = world.read(|reader| reader.knowledge_passages(n));
    assert_eq!(left, Vec::<Passage>::new());
}

#[test]
fn what_is_forgotten_stands_nowhere_in_the_file() {
    let mut world = World::new();
    put(
        &mut world,
        KnowledgeKind::Conversation,
        "cnv_1",
        &format!("Zebulon wanted it. {}", "More of that. ".repeat(200)),
    );
    world.writer.overwrite_deleted(true).unwrap();
    assert!(world.write(|tx| {
        tx.forget_knowledge(KnowledgeKind::Conversation, "cnv_1")
            .unwrap()
    }));
    world.writer.optimize_search().unwrap();
    world.writer.checkpoint().unwrap();
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        let stands = bytes.windows(7).any(|window| window == b"zebulon");
        assert!(!stands, "{}", path.display());
    }
}

/// Words that no text of this file has, so that an index can be filled with them.
fn filler(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for _ in 0..80 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Few words are frequent and many are rare, as in life.
        let rank = (state % 4_000).min((state >> 20) % 4_000);
        text.push_str(&format!("word{rank} "));
    }
    text
}

#[test]
fn five_thousand_passages_are_looked_through_within_the_blink_of_an_eye() {
    let mut world = World::new();
    world.write(|tx| {
        for number in 0..5_000 {
            let passages = [Passage {
                heading: String::new(),
                text: filler(number),
            }];
            let name = format!("{number}");
            let new = NewKnowledge {
                kind: KnowledgeKind::Document,
                name: &name,
                title: "A page",
                passages: &passages,
            };
            tx.save_knowledge(&new, START).unwrap();
        }
    });
    let mut took: Vec<Duration> = (10_000..10_050)
        .map(|number| {
            let written = filler(number);
            let began = Instant::now();
            assert_eq!(find(&world, &written).len(), 3);
            began.elapsed()
        })
        .collect();
    took.sort();
    println!(
        "5,000 passages: median {:?}, slowest {:?}",
        took[25], took[49]
    );
    // Wide, because this is no optimised build and others use the machine.
    assert!(took[25] < Duration::from_millis(200), "{:?}", took[25]);
}

/// The number of a dialog, what its customer wrote, what was answered, and what sort of answer
/// that was.
type Exchange = (usize, String, String, String);

/// The exchanges of the material.
fn exchanges(text: &str) -> Vec<Exchange> {
    let mut all = Vec::new();
    for (dialog, line) in text.lines().enumerate() {
        let parsed: Value = serde_json::from_str(line).unwrap();
        let mut asked = String::new();
        for message in parsed["messages"].as_array().unwrap() {
            let words = message["text"].as_str().unwrap_or_default();
            match (message["author"].as_str(), message["bot_action"].as_str()) {
                (Some("customer"), _) => {
                    asked.push_str(words);
                    asked.push('\n');
                }
                (_, Some(action)) if !asked.is_empty() => {
                    let asked = std::mem::take(&mut asked);
                    all.push((dialog, asked, words.to_owned(), action.to_owned()));
                }
                _ => asked.clear(),
            }
        }
    }
    all
}

#[test]
fn the_answer_of_a_like_conversation_comes_among_the_first_three() {
    let root = std::env::var_os("BATON_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join("dialogs/star.dev.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no {} (set BATON_DATA)", path.display());
        return;
    };
    let all = exchanges(&text);
    let mut by_dialog: BTreeMap<usize, Vec<Passage>> = BTreeMap::new();
    let mut sorts: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for (dialog, asked, answer, sort) in &all {
        by_dialog.entry(*dialog).or_default().push(Passage {
            heading: asked.clone(),
            text: answer.clone(),
        });
        sorts.insert((asked.clone(), answer.clone()), sort.clone());
        *often.entry(sort).or_default() += 1;
    }
    let mut world = World::new();
    world.write(|tx| {
        for (dialog, passages) in &by_dialog {
            let name = format!("{dialog}");
            let new = NewKnowledge {
                kind: KnowledgeKind::Conversation,
                name: &name,
                title: "",
                passages,
            };
            tx.save_knowledge(&new, START).unwrap();
        }
    });
    // The dialog that is asked about is left out of what is found.
    let like = |dialog: usize, asked: &str, sort: &str| -> (bool, bool) {
        let request = KnowledgeRequest {
            written: asked,
            kinds: &KnowledgeKind::EVERY,
            limit: 20,
        };
        let hits = world.read(|reader| reader.find_knowledge(&request));
        let own = format!("{dialog}");
        let like: Vec<bool> = hits
            .iter()
            .filter(|hit| hit.name != own)
            .take(3)
            .map(|hit| {
                let known = sorts.get(&(hit.heading.clone(), hit.text.clone()));
                known.is_some_and(|known| known == sort)
            })
            .collect();
        (like.first() == Some(&true), like.contains(&true))
    };
    let measure = |name: &str, questions: &mut dyn Iterator<Item = &Exchange>| -> f64 {
        let (mut asked_of, mut first, mut among) = (0_u32, 0_u32, 0_u32);
        for (dialog, asked, _, sort) in questions {
            let (one, three) = like(*dialog, asked, sort);
            asked_of += 1;
            first += u32::from(one);
            among += u32::from(three);
        }
        let share = f64::from(among) / f64::from(asked_of);
        println!(
            "{name}: {asked_of} questions, a like answer first {:.1} %, among the first three \
             {:.1} %",
            100.0 * f64::from(first) / f64::from(asked_of),
            100.0 * share
        );
        share
    };
    let every = measure("any turn", &mut all.iter().step_by(31));
    let mut reached = None;
    let openings: Vec<&Exchange> = all
        .iter()
        .filter(|one| reached.replace(one.0) != Some(one.0))
        .collect();
    let opening = measure("opening turn", &mut openings.iter().step_by(3).copied());
    let mut sizes: Vec<usize> = often.values().copied().collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let usual: usize = sizes.iter().take(3).sum();
    let chance = usual as f64 / all.len() as f64;
    println!(
        "{} answers of {} sorts; the three most frequent sorts would be right {:.1} %",
        all.len(),
        often.len(),
        100.0 * chance
    );
    assert!(
        every > 2.0 * chance && opening > 2.0 * chance,
        "{every} {opening} {chance}"
    );
}
