//! stub
#![allow(missing_docs)]
pub mod faults {
    #[derive(Default, Clone)]
    pub struct FaultPlan;
    impl FaultPlan {
        pub fn from_file(_: &std::path::Path) -> Result<Self, String> {
            Ok(Self)
        }
    }
}
#[derive(Clone)]
pub struct Sim;
#[derive(Default)]
pub struct SimOptions {
    pub vms: usize,
    pub snapshots: Option<usize>,
    pub seed: u64,
    pub task_seconds: f64,
    pub username: String,
    pub password: String,
    pub faults: faults::FaultPlan,
}
pub struct VmView {
    pub moref: String,
    pub name: String,
    pub path: String,
    pub on: bool,
    pub guest_broken: bool,
    pub snapshots: usize,
}
impl Sim {
    pub fn new(_: SimOptions) -> Self {
        Self
    }
    pub fn router(&self) -> axum::Router {
        axum::Router::new()
    }
    pub fn machines(&self) -> Vec<VmView> {
        vec![]
    }
    pub fn break_guest(&self, _: &str) -> bool {
        false
    }
    pub async fn serve(&self, _: tokio::net::TcpListener, _: impl Future<Output = ()>) -> std::io::Result<()> {
        Ok(())
    }
}
