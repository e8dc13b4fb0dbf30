#include "services/vote-ingest/bind.h"

#include <utility>

#include "common/base/secret_key.h"
#include "common/base/status_macros.h"
#include "common/postgres/database_settings.h"
#include "common/postgres/error_mapping.h"
#include "common/postgres/pool_readings.h"

namespace arena::vote_ingest {

void AddSettings(config::SettingsParser& parser, Options& options) {
  rpc::AddServerSettings(parser, options.server);
  AddDatabaseSettings(parser, options.database);
  parser.Group("Vote ingest");
  parser.Add("commit-writers", &options.commit.writers,
             "Groups of votes that may be committing at the same time.", config::Between(1, 16));
  parser.Add("readers", &options.readers,
             "Threads that read the log for listings and exports, import votes, or amend them.",
             config::Between(1, 64));
  parser.Add("max-exports", &options.max_exports, "Exports of the log under way at a time.",
             config::Between(1, 1'000));
  parser.Add("prompt-vote-cap", &options.prompt_vote_cap,
             "Rated votes that battles beginning with the same prompt may have; votes beyond are "
             "stored unrated. 0 is no cap. The same in every replica.",
             config::AtLeast(0));
  parser.AddSecret(
      "voter-key", &options.voter_key,
      "Key of vote ids and of imported voters' hashes, at least 32 hexadecimal digits; the "
      "same in every replica.");
  parser.AddRule([&options]() -> absl::Status {
    return CheckSecretKey("ARENA_VOTER_KEY", options.voter_key);
  });
}

VoteIngest::VoteIngest(const Options& options)
    : options_(options),
      database_(options.database),
      readers_({.name = "reader", .threads = options.readers}),
      writer_(
          options.commit, [this](absl::Span<const Ballot> ballots) { return Commit(ballots); },
          IsRetriable) {
  AddPoolReadings(registry_, database_);
  registry_.AddReading("arena_vote_ingest_commit_queue_votes", "Votes that wait for a commit.",
                       [this] { return writer_.queued(); });
}

VoteIngest::~VoteIngest() {
  server_.reset();
  writer_.Stop();
  readers_.Stop();
}

absl::StatusOr<std::unique_ptr<VoteIngest>> VoteIngest::Start(const Options& options) {
  std::unique_ptr<VoteIngest> self(new VoteIngest(options));
  const rpc::ServerOptions& server = self->options_.server;
  ARENA_ASSIGN_OR_RETURN(self->exposer_,
                         metrics::Exposer::Start(server.metrics_listen, self->registry_));
  ARENA_ASSIGN_OR_RETURN(self->environment_, rpc::Environment::Make(server, self->registry_));
  self->votes_ = std::make_unique<VoteService>(
      *self->environment_, VoteTools{self->readers_, self->writer_, self->store_, self->metrics_},
      options.voter_key, options.max_exports);
  self->admin_ = std::make_unique<VoteAdminService>(*self->environment_, self->readers_,
                                                    self->store_, self->clock_, options.voter_key);
  ARENA_ASSIGN_OR_RETURN(
      self->server_,
      rpc::RpcServer::Start(server, *self->environment_, {self->votes_.get(), self->admin_.get()},
                            {{"database", [store = &self->store_] { return store->Ping(); }}}));
  return self;
}

VoteWriter::GroupResult VoteIngest::Commit(absl::Span<const Ballot> ballots) {
  const absl::Time start = clock_.Now();
  VoteWriter::GroupResult results = caster_.Cast(ballots);
  metrics_.Committed(ballots.size(), clock_.Now() - start);
  return results;
}

lifecycle::ShutdownSteps VoteIngest::shutdown_steps() {
  lifecycle::ShutdownSteps steps = rpc::ShutdownOf(*server_, options_.server);
  steps.stop_loops = [this] {
    writer_.Stop();
    readers_.Stop();
  };
  return steps;
}

}  // namespace arena::vote_ingest
