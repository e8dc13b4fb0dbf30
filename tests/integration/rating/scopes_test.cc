// The calls that name every model are for those who may know them all.
#include <fmt/format.h>

#include <string>

#include "arena/internal/v1/ratings_service.grpc.pb.h"
#include "arena/v1/leaderboard_admin_service.grpc.pb.h"
#include "common/base/hex.h"
#include "common/base/keyed_hash.h"
#include "tests/integration/rating/rating_fixture.h"
#include "tests/support/scratch_folder.h"

namespace arena::rating {
namespace {

// Callers with keys, each named as its scope.
class RatingScopesTest : public RatingServiceTest {
 protected:
  // Options of a service that is ready, and so has read its keys, before the folder goes.
  static Options WithKeys(const testing::ScratchFolder& folder) {
    std::string keys;
    for (const std::string scope : {"frontend", "service", "operator"}) {
      keys += fmt::format("- {{name: {0}, scope: {0}, sha256: {1}}}\n", scope,
                          ToHex(Sha256(scope + "-key")));
    }
    Options options;
    options.server.api_keys_file = folder.Write("keys.yaml", keys);
    return options;
  }

  // Why a stream is refused; empty when its first message comes.
  template <typename Service, typename Request, typename Response>
  std::string Refusal(const std::string& caller,
                      std::unique_ptr<grpc::ClientReader<Response>> (Service::Stub::*method)(
                          grpc::ClientContext*, const Request&)) {
    const auto stub = Service::NewStub(
        *rpc::MakeChannel({.address = replica_.rating().address(), .api_key = caller + "-key"}));
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    const auto stream = (stub.get()->*method)(&context, Request());
    Response first;
    if (!stream->Read(&first)) return ReasonOf(rpc::FromGrpcStatus(stream->Finish()));
    context.TryCancel();
    return "";
  }

  std::string WatchRatings(const std::string& caller) {
    using Service = internal::v1::RatingsService;
    return Refusal<Service>(caller, &Service::Stub::WatchRatings);
  }
  std::string ExportSnapshot(const std::string& caller) {
    using Service = v1::LeaderboardAdminService;
    return Refusal<Service>(caller, &Service::Stub::ExportSnapshot);
  }

  Replica replica_{database_, WithKeys(testing::ScratchFolder())};
};

TEST_F(RatingScopesTest, OnlyServicesWatchRatingsAndOnlyOperatorsExportSnapshots) {
  AppendRandom(30);
  EXPECT_EQ(WatchRatings("frontend"), "SCOPE_MISSING");
  EXPECT_EQ(WatchRatings("operator"), "SCOPE_MISSING");
  EXPECT_EQ(WatchRatings("service"), "");
  // What was watched is a snapshot that can be exported.
  EXPECT_EQ(ExportSnapshot("frontend"), "SCOPE_MISSING");
  EXPECT_EQ(ExportSnapshot("service"), "SCOPE_MISSING");
  EXPECT_EQ(ExportSnapshot("operator"), "");
}

}  // namespace
}  // namespace arena::rating
