//! A certificate authority of the rehearsal's own, so that TLS is checked for real.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::StageError;

/// A throw-away authority with one certificate for `localhost` and `127.0.0.1`.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The authority's certificate, which a client may pin.
    pub ca: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
}

impl Authority {
    /// Makes the authority and a certificate for `names` inside `folder`.
    pub fn create(folder: &Path, names: &[&str]) -> Result<Self, StageError> {
        fs::create_dir_all(folder)?;
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_cert = ca.self_signed(&ca_key)?;
        let issuer = Issuer::new(ca, ca_key);

        let key = KeyPair::generate()?;
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let cert = CertificateParams::new(names)?.signed_by(&key, &issuer)?;

        let made = Self {
            ca: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        };
        fs::write(&made.ca, ca_cert.pem())?;
        fs::write(&made.certificate, cert.pem())?;
        fs::write(&made.key, key.serialize_pem())?;
        Ok(made)
    }
}
