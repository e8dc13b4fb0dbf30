// How many may watch at a time.
#include "services/rating/rpc/watcher.h"

#include <gtest/gtest.h>

#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/eventually.h"

namespace arena::rating {
namespace {

using Response = v1::ExportVotesResponse;

TEST(WatcherTest, OneMoreThanMayWatchIsRefusedAndRoomComesBack) {
  WatchList watchers(2);
  rpc::TestServer server({.stream = {.latest_only = true}},
                         {.export_votes = [&](const rpc::Call&, const auto&, const auto& stream) {
                           Watch<Response>(watchers, stream, [](int64_t known) {
                             std::optional<SnapshotMessage<Response>> newest;
                             if (known == 0) newest = {1, Response()};
                             return newest;
                           });
                         }});
  const auto stub = server.Votes();
  grpc::ClientContext contexts[4];
  Response message;
  const auto first = stub->ExportVotes(&contexts[0], {});
  const auto second = stub->ExportVotes(&contexts[1], {});
  EXPECT_TRUE(first->Read(&message));
  EXPECT_TRUE(second->Read(&message));
  const auto third = stub->ExportVotes(&contexts[2], {});
  EXPECT_FALSE(third->Read(&message));
  const absl::Status refused = rpc::FromGrpcStatus(third->Finish());
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(LimitOf(refused), "kWatchers");
  contexts[0].TryCancel();
  EXPECT_TRUE(testing::Eventually([&] { return watchers.size() == 1; }));
  const auto fourth = stub->ExportVotes(&contexts[3], {});
  EXPECT_TRUE(fourth->Read(&message));
  for (auto& context : contexts) context.TryCancel();
}

}  // namespace
}  // namespace arena::rating
