//! Contacts.

wire! {
    /// A contact in a row.
    pub struct ContactBrief {
        /// Which.
        pub id: String,
        /// The name, or the address where there is none.
        pub name: String,
        /// The address.
        pub address: String,
        /// `enterprise`, `pro`, … or empty.
        pub tier: String,
    }

    /// A mailbox.
    pub struct AddressView {
        /// The display name.
        pub name: String,
        /// The address.
        pub address: String,
    }

    /// Asks for a contact.
    pub struct ContactGet {
        /// Which.
        pub contact: String,
    }

    /// A contact with all their conversations.
    pub struct ContactView {
        /// The contact.
        pub contact: ContactBrief,
        /// Under which identities they write.
        pub identities: Vec<IdentityView>,
        /// When they first wrote.
        pub first_seen: i64,
        /// When they last wrote.
        pub last_seen: i64,
        /// What else is known, by name.
        pub attributes: std::collections::BTreeMap<String, String>,
        /// Their conversations, the newest first, at most 50.
        pub conversations: Vec<crate::conversations::ConversationRow>,
        /// How many conversations in all.
        pub total: u32,
        /// Others who may be the same person, the likeliest first.
        pub alike: Vec<AlikeView>,
    }

    /// A contact that may be the same person as another.
    pub struct AlikeView {
        /// The contact.
        pub contact: ContactBrief,
        /// Under which identities they write.
        pub identities: Vec<IdentityView>,
        /// What speaks for it, the strongest first.
        pub signs: Vec<SignView>,
    }

    /// What speaks for two contacts being one person.
    pub struct SignView {
        /// `same_address`, `gave_address`, `same_phone` or `same_name_and_domain`.
        pub code: String,
        /// The address, number or name.
        pub detail: String,
    }

    /// One identity of a contact.
    pub struct IdentityView {
        /// The channel kind.
        pub kind: String,
        /// The address.
        pub address: String,
        /// `verified`, `seen` or `claimed`.
        pub level: String,
        /// The contact that it belongs to: the one asked for, or one that is the same person.
        pub contact: String,
        /// How its contact became part of the person, where another one stands for them.
        pub joined: Option<JoinedView>,
    }

    /// How a contact became part of a person.
    pub struct JoinedView {
        /// When.
        pub at: i64,
        /// Who said so.
        pub by: String,
        /// What had spoken for it, in the words of `SignView`; empty when somebody chose.
        pub signs: Vec<String>,
    }

    /// Says that two contacts are one person. Everything they have stays where it is; one of them
    /// stands for both.
    pub struct ContactMerge {
        /// The contact that is to stand for both.
        pub contact: String,
        /// The other.
        pub with: String,
        /// Whether it takes back that they were parted.
        pub undoes: bool,
    }

    /// Says that contacts of a person are somebody else.
    pub struct ContactSplit {
        /// Which.
        pub contacts: Vec<String>,
        /// The one among them that is to stand for them; none for any.
        pub stands: Option<String>,
        /// Whether it takes back that they were joined.
        pub undoes: bool,
    }

    /// What came of joining or parting contacts, as it is taken back.
    pub struct PeopleChanged {
        /// The contact that stands for the person that was asked about.
        pub person: String,
        /// The contact that stands, or stood, for the others.
        pub other: String,
        /// The others.
        pub contacts: Vec<String>,
    }

    /// Says that two contacts are not one person, or takes that back.
    pub struct ContactsTellApart {
        /// One.
        pub contact: String,
        /// The other.
        pub other: String,
        /// Whether they are two people.
        pub apart: bool,
    }

    /// Looks for contacts by the beginning of a name or address.
    pub struct ContactFind {
        /// What they begin with.
        pub text: String,
        /// The contact that is not to be among them, nor any that is the same person.
        pub besides: Option<String>,
    }

    /// The contacts found.
    pub struct ContactsFound {
        /// At most ten.
        pub contacts: Vec<ContactBrief>,
    }

    /// Sets what is known of contacts, by their addresses; what no row names stays as it is.
    pub struct ContactsImport {
        /// One for each contact.
        pub rows: Vec<ContactFields>,
        /// Whether nothing is to be changed, only checked and counted.
        pub dry_run: bool,
    }

    /// A row of a table of contacts.
    pub struct ContactFields {
        /// The line it stands in, for messages.
        pub line: u32,
        /// The kind of channel that the address is of; empty for `email`.
        pub kind: String,
        /// The address.
        pub address: String,
        /// `name`, `tier`, `value_at_risk`, `language`, `tags`, and attributes that the rules
        /// declare, with or without `attr.`; empty ones are left as they are.
        pub fields: std::collections::BTreeMap<String, String>,
    }

    /// What came of an import of contacts.
    pub struct ContactsImported {
        /// Contacts that were not known before.
        pub added: u32,
        /// Those of which something changed.
        pub changed: u32,
        /// Those of which everything was known already.
        pub same: u32,
        /// Rows that were not taken, and why.
        pub problems: Vec<RowProblem>,
    }

    /// Why a row was not taken.
    pub struct RowProblem {
        /// The line it stands in.
        pub line: u32,
        /// The field; empty when it is about the row.
        pub field: String,
        /// What is wrong, in a sentence.
        pub what: String,
    }

    /// Changes what is known of a contact.
    pub struct ContactSet {
        /// Which.
        pub contact: String,
        /// The name.
        pub name: String,
        /// The tier.
        pub tier: String,
        /// Whether they may be written to by mail: `yes`, `no`, or empty where nobody has asked.
        /// None leaves it as it is.
        #[serde(default)]
        #[ts(optional)]
        pub email_consent: Option<String>,
    }

    /// Erases what was said with a contact and what is known of them. That it happened stays.
    pub struct ContactErase {
        /// Which, or an address under which they write.
        pub contact: String,
    }

    /// What was erased.
    pub struct Erased {
        /// Conversations that were touched.
        pub conversations: u32,
        /// Messages, ours to them too.
        pub messages: u32,
        /// Pieces of content.
        pub contents: u32,
    }
}
