#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/config/settings.h"
#include "common/lifecycle/process.h"
#include "common/metrics/metrics.h"
#include "common/postgres/database.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/server.h"
#include "common/rpc/server/server_options.h"
#include "common/rpc/server/worker_pool.h"
#include "services/vote-ingest/metrics.h"
#include "services/vote-ingest/rpc/vote_admin_service.h"
#include "services/vote-ingest/rpc/vote_caster.h"
#include "services/vote-ingest/rpc/vote_service.h"
#include "services/vote-ingest/storage/postgres_vote_store.h"

namespace arena::vote_ingest {

struct Options {
  rpc::ServerOptions server{.listen = "127.0.0.1:50053", .metrics_listen = "127.0.0.1:9103"};
  DatabaseOptions database{.application_name = "arena-vote-ingest"};
  GroupCommitOptions commit = {.name = "vote-ingest"};
  // Rated votes that battles with the same first prompt may have; 0 is no cap.
  int prompt_vote_cap = 0;
  // Key of vote ids and of the hashes of imported voters; at least 32 hexadecimal digits. A secret.
  std::string voter_key;
  // Threads that read the log for listings and exports, import votes, or amend them.
  int readers = 2;
  // Exports under way at a time.
  int max_exports = limits::kExports;
};

void AddSettings(config::SettingsParser& parser, Options& options);

// One vote-ingest: everything that it is made of, in dependency order.
class VoteIngest {
 public:
  static absl::StatusOr<std::unique_ptr<VoteIngest>> Start(const Options& options);
  // Ends calls at once, then commits what is queued.
  ~VoteIngest();

  int port() const { return server_->port(); }
  std::string address() const { return server_->address(); }
  lifecycle::ShutdownSteps shutdown_steps();

 private:
  explicit VoteIngest(const Options& options);
  VoteWriter::GroupResult Commit(absl::Span<const Ballot> ballots);

  const Options options_;
  SystemClock clock_;
  metrics::Registry registry_{"vote-ingest"};
  Metrics metrics_{registry_};
  std::unique_ptr<rpc::Environment> environment_;
  Database database_;
  PostgresVoteStore store_{database_, options_.prompt_vote_cap};
  VoteCaster caster_{store_, clock_};
  rpc::WorkerPool readers_;
  VoteWriter writer_;
  std::unique_ptr<VoteService> votes_;
  std::unique_ptr<VoteAdminService> admin_;
  std::unique_ptr<rpc::RpcServer> server_;
  // Ends first: it reads what is above.
  std::unique_ptr<metrics::Exposer> exposer_;
};

}  // namespace arena::vote_ingest
