//! What people set up holds at once, for everybody and in the order in which it was said.

use baton_api::Commands as _;
use baton_api::session as sn;
use baton_api::times as ti;
use baton_core::team::Team;
use baton_core::time::MINUTE;
use baton_engine::{EngineError, open, settings};
use baton_tests::desk::Desk;

#[tokio::test]
async fn settings_and_profile_changed_at_once_both_hold() {
    let desk = Desk::open().await;
    for round in 0..10_u32 {
        let wanted = sn::Settings {
            undo_seconds: 20 + round,
            signature: format!("Round {round}"),
            ..settings::usual()
        };
        let profile = sn::ProfileSet {
            display_name: format!("Anna {round}"),
            address: "anna@baton.test".to_owned(),
            available: round % 2 == 0,
        };
        let (one, other) = tokio::join!(
            desk.engine.settings_set(sn::SettingsSet {
                settings: wanted.clone(),
            }),
            desk.engine.profile_set(profile),
        );
        one.unwrap();
        other.unwrap();
        let session = desk.engine.session_get(sn::SessionGet {}).await.unwrap();
        assert_eq!(session.settings.signature, wanted.signature);
        assert_eq!(session.settings.undo_seconds, wanted.undo_seconds);
        assert_eq!(session.agent.display_name, format!("Anna {round}"));
        assert_eq!(session.agent.available, round % 2 == 0);
        let kept: Team = desk
            .engine
            .read(|reader, _| Ok(reader.setting(open::TEAM)?))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept, desk.engine.roster().team, "as the database says");
    }
}

#[tokio::test]
async fn what_a_turn_changes_holds_within_it_and_is_gone_when_it_fails() {
    let desk = Desk::open().await;
    let failed = desk
        .engine
        .desk()
        .turn(|turn| {
            turn.change_roster(|roster| roster.workspace = "Elsewhere".to_owned());
            assert_eq!(turn.roster.workspace, "Elsewhere");
            Err::<(), _>(EngineError::Missing("reason to go on"))
        })
        .await;
    assert!(failed.is_err());
    assert_ne!(desk.engine.roster().workspace, "Elsewhere");
}

#[tokio::test]
async fn after_work_is_chosen_for_the_workspace_and_kept() {
    let desk = Desk::open().await;
    let chosen = |minutes| ti::TimesSet {
        wrap_up_minutes: minutes,
    };
    let known = desk.engine.times_get(ti::TimesGet {}).await.unwrap();
    assert_eq!(known.wrap_up_minutes, 0, "none until somebody chooses");
    let long = desk.engine.times_set(chosen(known.wrap_up_most + 1)).await;
    assert_eq!(long.err().unwrap().code, "bad_time");
    desk.engine.times_set(chosen(5)).await.unwrap();

    let desk = desk.reopened(|_| ()).await;
    assert_eq!(desk.engine.roster().times.wrap_up_ms, 5 * MINUTE);
    let known = desk.engine.times_get(ti::TimesGet {}).await.unwrap();
    assert_eq!(known.wrap_up_minutes, 5, "over a restart too");
}
