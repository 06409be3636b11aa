//! Writes the TypeScript twin of the wire, and fails when the committed one is stale.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS, TypeVisitor};

/// Sees every command with its types.
pub(crate) trait Visit {
    /// One command.
    fn command<Q: TS + 'static, A: TS + 'static>(&mut self, name: &str, stale_by: &[&str]);
}

struct Collect {
    config: Config,
    seen: BTreeSet<TypeId>,
    types: BTreeMap<String, String>,
    commands: Vec<(String, String, String, Vec<String>)>,
}

impl TypeVisitor for Collect {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            self.types.insert(
                T::name(&self.config),
                format!("{docs}export {}\n", T::decl(&self.config)),
            );
        }
    }
}

impl Visit for Collect {
    fn command<Q: TS + 'static, A: TS + 'static>(&mut self, name: &str, stale_by: &[&str]) {
        TypeVisitor::visit::<Q>(self);
        TypeVisitor::visit::<A>(self);
        self.commands.push((
            name.to_owned(),
            Q::name(&self.config),
            A::name(&self.config),
            stale_by.iter().map(|&tag| tag.to_owned()).collect(),
        ));
    }
}

fn rendered() -> String {
    let mut collect = Collect {
        config: Config::new().with_large_int("number"),
        seen: BTreeSet::new(),
        types: BTreeMap::new(),
        commands: Vec::new(),
    };
    crate::commands::each_command(&mut collect);
    collect.visit::<crate::ApiError>();
    collect.visit::<crate::Change>();
    let mut out = String::from(
        "// Written by `cargo test -p baton-api` from the Rust types. Change those, not this.\n\n",
    );
    for text in collect.types.values() {
        out.push_str(text);
        out.push('\n');
    }
    out.push_str(
        "/** Every command with its request and its answer. */\nexport interface Commands {\n",
    );
    for (name, request, answer, _) in &collect.commands {
        let _ = writeln!(out, "  {name}: {{ request: {request}; answer: {answer} }};");
    }
    out.push_str(
        "}\n\n/** The tags that make each answer stale; `{x}` is a field of the request. */\n",
    );
    out.push_str("export const staleBy: Record<keyof Commands, readonly string[]> = {\n");
    for (name, _, _, tags) in &collect.commands {
        let list: Vec<_> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
        let _ = writeln!(out, "  {name}: [{}],", list.join(", "));
    }
    out.push_str("};\n");
    out
}

#[test]
fn the_typescript_twin_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/api/generated/wire.ts");
    let fresh = rendered();
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == fresh {
        return;
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, fresh).unwrap();
    assert!(
        std::env::var_os("CI").is_none(),
        "ui/src/api/generated/wire.ts was stale; it has been written anew, commit it"
    );
}
