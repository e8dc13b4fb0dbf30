#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arena/internal/v1/redraw_service.grpc.pb.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_admin_service.grpc.pb.h"
#include "common/base/random.h"
#include "common/postgres/database.h"
#include "services/matchmaker/bind.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/test_postgres.h"

namespace arena::matchmaker {

// Runs matchmakers on one database, over real sockets, with the callers `web`, `mobile`
// (frontends), `gateway` (service) and `ops` (operator). A caller's key is its name and `-key`.
class MatchmakerEnv {
 public:
  MatchmakerEnv();

  // Options of a server on a free port, without a page of metrics.
  Options ServerOptions() const;
  // The first server, started at the first call, or another one.
  Matchmaker& Server();
  std::unique_ptr<Matchmaker> StartServer(const Options& options);

  // Stubs of `caller` at `server`, the first one when null.
  std::unique_ptr<v1::MatchmakerService::Stub> Frontend(const std::string& caller,
                                                        Matchmaker* server = nullptr);
  std::unique_ptr<v1::ModelAdminService::Stub> Admin(const std::string& caller,
                                                     Matchmaker* server = nullptr);
  std::unique_ptr<internal::v1::RedrawService::Stub> Redraws(const std::string& caller);

  // Applies active models "model-1" to "model-<count>", all with vision.
  void AddModels(int count);

  // Calls as `web` unless another caller is named.
  absl::StatusOr<v1::Battle> Create(const v1::CreateBattleRequest& request,
                                    const std::string& caller = "web");
  absl::StatusOr<v1::Battle> Get(const std::string& battle_id, const std::string& caller = "web");

  // A request for a battle of mode anonymous with an id of its own.
  v1::CreateBattleRequest NewRequest();

  Database& superuser() { return superuser_; }
  const testing::TestDatabase& database() const { return database_; }

 private:
  std::shared_ptr<grpc::Channel> ChannelOf(const std::string& caller, Matchmaker* server);

  testing::ScratchFolder folder_;
  const std::string keys_file_;
  testing::TestDatabase database_;
  Database superuser_{{.conninfo = database_.conninfo()}};
  SecureRandom random_;
  std::unique_ptr<Matchmaker> server_;
};

// A model that can be applied.
v1::ModelSpec SpecNamed(const std::string& name, v1::ModelState state = v1::MODEL_STATE_ACTIVE);

// Makes a unary call with a deadline: Call(*stub, &Stub::Method, request, &response).
template <typename Stub, typename Request, typename Response>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  return (stub.*method)(&context, request, response);
}

// Whether `condition` comes to hold within a time that is far longer than it takes.
bool ComesTrue(const std::function<bool()>& condition);

}  // namespace arena::matchmaker
