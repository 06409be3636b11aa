//! A small tree for judging HTML as a browser reads it.
// The numbers of nodes are made here and always valid; a wrong one shall fail the test.
#![allow(clippy::indexing_slicing, clippy::expect_used)]

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, ns, parse_document};
use std::borrow::Cow;
use std::cell::{Ref, RefCell};

/// An element of the tree.
pub(crate) struct Element {
    pub(crate) name: String,
    /// It is of HTML, not of SVG or MathML.
    pub(crate) html: bool,
    pub(crate) attributes: Vec<(String, String)>,
}

enum Data {
    Document,
    Element(QualName, Vec<Attribute>),
    Text(String),
    Other,
}

struct Node {
    data: Data,
    parent: Option<usize>,
    children: Vec<usize>,
}

#[derive(Default)]
struct Tree {
    nodes: RefCell<Vec<Node>>,
}

impl Tree {
    fn add(&self, data: Data) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            data,
            parent: None,
            children: Vec::new(),
        });
        nodes.len() - 1
    }

    fn detach(&self, node: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[node].parent.take() {
            nodes[parent].children.retain(|child| *child != node);
        }
    }

    fn insert(&self, parent: usize, at: usize, child: NodeOrText<usize>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                let mut nodes = self.nodes.borrow_mut();
                nodes[node].parent = Some(parent);
                let at = at.min(nodes[parent].children.len());
                nodes[parent].children.insert(at, node);
            }
            NodeOrText::AppendText(text) => {
                {
                    let mut nodes = self.nodes.borrow_mut();
                    let before = at.checked_sub(1).map(|at| nodes[parent].children[at]);
                    if let Some(Data::Text(old)) = before.map(|node| &mut nodes[node].data) {
                        old.push_str(&text);
                        return;
                    }
                }
                let node = self.add(Data::Text(text.to_string()));
                self.insert(parent, at, NodeOrText::AppendNode(node));
            }
        }
    }
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> usize {
        0
    }
    fn elem_name<'a>(&'a self, node: &'a usize) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| match &nodes[*node].data {
            Data::Element(name, _) => name,
            Data::Document | Data::Text(_) | Data::Other => panic!("not an element"),
        })
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> usize {
        self.add(Data::Element(name, attrs))
    }
    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(Data::Other)
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(Data::Other)
    }
    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let at = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, at, child);
    }
    fn append_based_on_parent_node(
        &self,
        element: &usize,
        previous: &usize,
        child: NodeOrText<usize>,
    ) {
        if self.nodes.borrow()[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, template: &usize) -> usize {
        *template
    }
    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        let (parent, at) = {
            let nodes = self.nodes.borrow();
            let parent = nodes[*sibling].parent.expect("a sibling has a parent");
            let at = nodes[parent]
                .children
                .iter()
                .position(|child| child == sibling);
            (
                parent,
                at.expect("a child is among the children of its parent"),
            )
        };
        self.insert(parent, at, child);
    }
    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, node: &usize) {
        self.detach(*node);
    }
    fn reparent_children(&self, node: &usize, parent: &usize) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[*node].children);
        for child in children {
            self.nodes.borrow_mut()[child].parent = None;
            self.append(parent, NodeOrText::AppendNode(child));
        }
    }
}

/// Reads a fragment as the body of a page.
fn read(fragment: &str) -> Tree {
    let tree = Tree::default();
    tree.add(Data::Document);
    let page = format!("<!doctype html><html><head></head><body>{fragment}</body></html>");
    parse_document(tree, ParseOpts::default()).one(page.as_str())
}

fn body(tree: &Tree) -> usize {
    let nodes = tree.nodes.borrow();
    nodes
        .iter()
        .position(|node| matches!(&node.data, Data::Element(name, _) if &*name.local == "body"))
        .expect("a page has a body")
}

fn below(tree: &Tree, node: usize, into: &mut Vec<usize>) {
    let children = tree.nodes.borrow()[node].children.clone();
    for child in children {
        into.push(child);
        below(tree, child, into);
    }
}

/// Every element below the body, in order.
pub(crate) fn elements(fragment: &str) -> Vec<Element> {
    let tree = read(fragment);
    let mut found = Vec::new();
    below(&tree, body(&tree), &mut found);
    let nodes = tree.nodes.borrow();
    found
        .into_iter()
        .filter_map(|node| match &nodes[node].data {
            Data::Element(name, attributes) => Some(Element {
                name: name.local.to_string(),
                html: name.ns == ns!(html),
                attributes: attributes
                    .iter()
                    .map(|a| (a.name.local.to_string(), a.value.to_string()))
                    .collect(),
            }),
            Data::Document | Data::Text(_) | Data::Other => None,
        })
        .collect()
}

/// All text below the body.
pub(crate) fn text(fragment: &str) -> String {
    let tree = read(fragment);
    let mut found = Vec::new();
    below(&tree, body(&tree), &mut found);
    let nodes = tree.nodes.borrow();
    found
        .into_iter()
        .filter_map(|node| match &nodes[node].data {
            Data::Text(text) => Some(text.as_str()),
            Data::Document | Data::Element(..) | Data::Other => None,
        })
        .collect()
}

/// The tree as an outline, one node a line, to compare what was meant with what is read.
pub(crate) fn outline(fragment: &str) -> String {
    fn walk(tree: &Tree, node: usize, depth: usize, out: &mut String) {
        let children = tree.nodes.borrow()[node].children.clone();
        for child in children {
            match &tree.nodes.borrow()[child].data {
                Data::Element(name, _) => {
                    out.push_str(&format!("{}{}\n", " ".repeat(depth), name.local));
                }
                Data::Text(text) => out.push_str(&format!("{}{text:?}\n", " ".repeat(depth))),
                Data::Document | Data::Other => {}
            }
            walk(tree, child, depth + 1, out);
        }
    }
    let tree = read(fragment);
    let mut out = String::new();
    walk(&tree, body(&tree), 0, &mut out);
    out
}
