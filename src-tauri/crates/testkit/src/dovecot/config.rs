//! The configuration files, written for one folder and one set of ports.

use std::fmt::Write as _;
use std::path::Path;

use super::{Ports, ServerOptions};
use crate::{Authority, TokenServer};

pub(super) fn oauth2(tokens: &TokenServer, authority: &Authority) -> String {
    let base = tokens.base();
    format!(
        "tokeninfo_url = {base}/tokeninfo?access_token=\n\
         introspection_mode = auth\n\
         introspection_url = {base}/introspect\n\
         username_attribute = username\n\
         active_attribute = active\n\
         active_value = true\n\
         tls_ca_cert_file = {}\n",
        authority.ca.display()
    )
}

pub(super) fn dovecot(
    root: &Path,
    options: &ServerOptions,
    ports: Ports,
    owner: (u32, u32),
    as_root: bool,
    authority: &Authority,
) -> String {
    let root = root.display();
    let (uid, gid) = owner;
    let relay = options.relay_port.unwrap_or(9);
    let max = options.max_connections.unwrap_or(50);
    let mut text = format!(
        "base_dir = {root}/run
state_dir = {root}/lib
instance_name = rehearsal-{imaps}
log_path = {root}/log/dovecot.log
auth_verbose = yes
auth_failure_delay = 1 secs
protocols = imap lmtp submission
listen = 127.0.0.1
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_location = maildir:{root}/mail/%u/Maildir
mail_fsync = never
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/etc/oauth2.conf
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {submission}
  }}
  inet_listener submissions {{
    port = {submissions}
    ssl = yes
  }}
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
hostname = localhost
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
}}
protocol imap {{
  mail_max_userip_connections = {max}
}}
protocol lmtp {{
  postmaster_address = postmaster@baton.test
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
submission_host = 127.0.0.1:{relay}
",
        imap = ports.imap,
        imaps = ports.imaps,
        lmtp = ports.lmtp,
        submission = ports.submission,
        submissions = ports.submissions,
        cert = authority.certificate.display(),
        key = authority.key.display(),
    );
    if let Some(capabilities) = options.capabilities {
        let _ = writeln!(text, "imap_capability = {capabilities}");
    }
    if !as_root {
        // Every process runs as the one user there is, and nothing can change its root folder.
        let (user, group) = (own_name("-un"), own_name("-gn"));
        let _ = writeln!(
            text,
            "default_internal_user = {user}\ndefault_login_user = {user}\n\
             default_internal_group = {group}"
        );
        for service in ["imap-login", "submission-login", "anvil", "ipc", "stats"] {
            let _ = writeln!(text, "service {service} {{\n  chroot =\n}}");
        }
        for service in ["lmtp", "auth", "auth-worker", "log", "config", "doveadm"] {
            let _ = writeln!(text, "service {service} {{\n  user = {user}\n}}");
        }
        // This one would join the mail group, which takes a privilege.
        let _ = writeln!(text, "service imap {{\n  extra_groups =\n}}");
    }
    text
}

fn own_name(which: &str) -> String {
    let output = std::process::Command::new("id").arg(which).output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
        .unwrap_or_default()
}
