#include "common/rpc/server/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/eventually.h"

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;
using CreateResponder = Responder<v1::CreateBattleResponse>;

grpc::ByteBuffer Bytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Text(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// A length-delimited field of a message.
std::string Field(int number, const std::string& text) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(text.size())} + text;
}

// The health of `service` as grpc.health.v1 answers: 1 serving, 2 not serving, -1 unknown service.
// Spoken in bytes, since Debian ships no health.proto and the answer is one enum.
int HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::ByteBuffer request = Bytes(service.empty() ? "" : Field(1, service));
  const auto call =
      stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return -1;
  return Text(response).at(1);
}

TEST(RpcServerTest, SecondServerOnTheSamePortIsRefusedInOneSentence) {
  TestServer first({}, {});
  ASSERT_TRUE(first.start_status().ok()) << first.start_status();
  TestServerOptions options;
  options.server.listen = first.address();
  const TestServer second(options, {});
  EXPECT_EQ(second.start_status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      std::string(second.start_status().message()),
      "Cannot listen on " + first.address() + ": the port is taken or the address is not ours.");
}

TEST(RpcServerTest, HealthFollowsTheDependencies) {
  std::atomic<bool> database_is_there = false;
  TestServerOptions options;
  options.dependencies = {{"database", [&]() -> absl::Status {
                             if (database_is_there) return absl::OkStatus();
                             return StorageUnavailable("gone");
                           }}};
  TestServer server(options, {});
  const auto channel = server.Channel();
  for (const char* service : {"", "arena.v1.MatchmakerService", "arena.v1.VoteService"}) {
    EXPECT_EQ(HealthOf(channel, service), 2) << service;
  }
  EXPECT_EQ(HealthOf(channel, "arena.v1.Unknown"), -1);
  database_is_there = true;
  for (const char* service : {"", "arena.v1.MatchmakerService", "arena.v1.VoteService"}) {
    EXPECT_TRUE(testing::Eventually([&] { return HealthOf(channel, service) == 1; })) << service;
  }
  database_is_there = false;
  EXPECT_TRUE(testing::Eventually([&] { return HealthOf(channel, "") == 2; }));
}

TEST(RpcServerTest, StopServingShowsInHealthAndStays) {
  std::atomic<int> checks = 0;
  TestServerOptions options;
  options.dependencies = {{"database", [&] {
                             ++checks;
                             return absl::OkStatus();
                           }}};
  TestServer server(options, {});
  const auto channel = server.Channel();
  EXPECT_EQ(HealthOf(channel, ""), 1);
  server.server().StopServing();
  EXPECT_EQ(HealthOf(channel, ""), 2);
  const int before = checks;
  ASSERT_TRUE(testing::Eventually([&] { return checks > before + 1; }));
  EXPECT_EQ(HealthOf(channel, ""), 2);
}

TEST(RpcServerTest, ReflectionListsTheServices) {
  TestServer server({}, {});
  grpc::GenericStub stub(server.Channel());
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto stream = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  stream->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  // ServerReflectionRequest.list_services is field 7.
  stream->WriteLast(Bytes(Field(7, "*")), {}, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  grpc::ByteBuffer response;
  stream->Read(&response, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  EXPECT_THAT(Text(response), HasSubstr("arena.v1.MatchmakerService"));
  EXPECT_THAT(Text(response), HasSubstr("arena.v1.VoteService"));
  EXPECT_THAT(Text(response), HasSubstr("grpc.health.v1.Health"));
  grpc::Status status;
  stream->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(RpcServerTest, MessagesBeyondTheLimitAreRefused) {
  TestServer server({}, {.create_battle = [](const Call&, const auto&, CreateResponder respond) {
                      respond(v1::CreateBattleResponse());
                    }});
  const auto send = [&](size_t bytes) {
    grpc::ClientContext context;
    v1::CreateBattleRequest request;
    request.set_request_id(std::string(bytes, 'x'));
    // Its tag and its length come before the text.
    request.set_request_id(std::string(2 * bytes - request.ByteSizeLong(), 'x'));
    v1::CreateBattleResponse response;
    return server.Matchmaker()->CreateBattle(&context, request, &response);
  };
  EXPECT_TRUE(send(limits::kMessageBytes).ok());
  const grpc::Status refused = send(limits::kMessageBytes + 1);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("larger than max"));
}

// What a client that does not check its texts is told.
grpc::Status CallWithBytes(const TestServer& server, const std::string& method,
                           const std::string& bytes) {
  grpc::GenericStub stub(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, method, Bytes(bytes), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool is_ok = false;
  queue.Next(&tag, &is_ok);
  return status;
}

TEST(RpcServerTest, RequestsThatCannotBeReadAreRefusedWithAReason) {
  TestServer server({}, {});
  const std::pair<const char*, std::string> requests[] = {
      {"/arena.v1.MatchmakerService/CreateBattle", Field(1, "\xff")},  // no UTF-8
      {"/arena.v1.MatchmakerService/CreateBattle", "\x0a\x7f"},        // shorter than it says
      {"/arena.v1.VoteService/ExportVotes", "\x0a\x7f"},               // a stream
  };
  for (const auto& [method, bytes] : requests) {
    const grpc::Status status = CallWithBytes(server, method, bytes);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    EXPECT_EQ(ReasonOf(FromGrpcStatus(status)), "REQUEST_UNREADABLE") << method;
  }
  EXPECT_EQ(CallWithBytes(server, "/arena.v1.MatchmakerService/NoSuchMethod", "").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST(RpcServerTest, ShutdownLetsTheCallUnderWayFinish) {
  absl::Notification begun;
  std::optional<CreateResponder> kept;
  TestServer server({}, {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      kept = respond;
                      begun.Notify();
                    }});
  const auto channel = server.Channel();
  const auto stub = v1::MatchmakerService::NewStub(channel);
  absl::Notification answered;
  std::thread client([&] {
    grpc::ClientContext context;
    v1::CreateBattleResponse response;
    EXPECT_TRUE(stub->CreateBattle(&context, {}, &response).ok());
    answered.Notify();
  });
  begun.WaitForNotification();
  std::thread stopper([&] { server.server().Shutdown(absl::Now() + absl::Seconds(20)); });
  // New connections are refused while the call is still being waited for.
  EXPECT_TRUE(testing::Eventually([&] { return HealthOf(server.Channel(), "") == -1; }));
  EXPECT_FALSE(answered.HasBeenNotified());
  (*kept)(v1::CreateBattleResponse());
  client.join();
  stopper.join();
}

TEST(RpcServerTest, ShutdownCancelsWhatIsLeftAtTheDeadline) {
  absl::Notification begun;
  std::optional<CreateResponder> kept;
  TestServer server({}, {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      kept = respond;
                      begun.Notify();
                    }});
  const auto stub = server.Matchmaker();
  grpc::Status status;
  std::thread client([&] {
    grpc::ClientContext context;
    v1::CreateBattleResponse response;
    status = stub->CreateBattle(&context, {}, &response);
  });
  begun.WaitForNotification();
  server.server().Shutdown(absl::Now() + absl::Milliseconds(10));
  client.join();
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(kept->has_ended());
}

// Balancers watch health all the time; that must not hold a shutdown until its deadline.
TEST(RpcServerTest, ShutdownDoesNotWaitForThoseWhoWatchHealth) {
  TestServer server({}, {});
  grpc::GenericStub stub(server.Channel());
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto stream = stub.PrepareCall(&context, "/grpc.health.v1.Health/Watch", &queue);
  stream->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  stream->WriteLast(Bytes(""), {}, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  grpc::ByteBuffer response;
  stream->Read(&response, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  EXPECT_EQ(Text(response).at(1), 1);

  // The client goes on watching: it is told that health ended, and then that the watch did.
  std::thread stopper([&] { server.server().Shutdown(absl::Now() + absl::Minutes(10)); });
  stream->Read(&response, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  EXPECT_EQ(Text(response).at(1), 2);
  grpc::Status status;
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(status)), "SHUTTING_DOWN");
  stopper.join();
}

TEST(RpcServerTest, OneMoreThanMayWatchHealthIsRefusedAndRoomComesBack) {
  TestServer server({}, {});
  grpc::GenericStub stub(server.Channel());
  struct HealthWatch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
    grpc::ByteBuffer response;
    grpc::Status status;
  };
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  // Whether the watch is told a health.
  const auto begin = [&](HealthWatch& watch) {
    watch.stream = stub.PrepareCall(&watch.context, "/grpc.health.v1.Health/Watch", &queue);
    watch.stream->StartCall(nullptr);
    queue.Next(&tag, &ok);
    watch.stream->WriteLast(Bytes(""), {}, nullptr);
    queue.Next(&tag, &ok);
    watch.stream->Read(&watch.response, nullptr);
    queue.Next(&tag, &ok);
    return ok;
  };
  const auto status_of = [&](HealthWatch& watch) {
    watch.stream->Finish(&watch.status, nullptr);
    queue.Next(&tag, &ok);
    return FromGrpcStatus(watch.status);
  };
  const auto leave = [&](HealthWatch& watch) {
    watch.context.TryCancel();
    (void)status_of(watch);
  };
  std::vector<HealthWatch> watches(limits::kHealthWatchers);
  for (HealthWatch& watch : watches) ASSERT_TRUE(begin(watch));
  HealthWatch more;
  EXPECT_FALSE(begin(more));
  EXPECT_EQ(LimitOf(status_of(more)), "kHealthWatchers");
  leave(watches.front());
  // The server learns of it a little later.
  bool has_room = false;
  while (!has_room) {
    HealthWatch next;
    has_room = begin(next);
    leave(next);
  }
  for (size_t i = 1; i < watches.size(); ++i) leave(watches[i]);
}

TEST(RpcServerTest, ShutdownStepsStopServingThenDrain) {
  TestServerOptions options;
  options.server.notice_time = absl::Milliseconds(3);
  options.server.drain_time = absl::Seconds(7);
  TestServer server(options, {});
  const auto channel = server.Channel();
  const lifecycle::ShutdownSteps steps = ShutdownOf(server.server(), options.server);
  EXPECT_EQ(steps.notice_time, absl::Milliseconds(3));
  EXPECT_EQ(steps.drain_time, absl::Seconds(7));
  EXPECT_EQ(HealthOf(channel, ""), 1);
  steps.stop_serving();
  EXPECT_EQ(HealthOf(channel, ""), 2);
  steps.drain(absl::Now());
  EXPECT_EQ(HealthOf(channel, ""), -1);
}

TEST(ChannelTest, RetryConfigNamesMethodsAndLetsThemBeRepeated) {
  std::atomic<int> calls = 0;
  TestServer server({}, {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      if (++calls < 3) return respond(StorageUnavailable("for a moment"));
                      respond(v1::CreateBattleResponse());
                    }});
  const auto with_retry = [&](const std::string& method) {
    const auto channel =
        MakeChannel({.address = server.address(), .service_config_json = RetryConfig({method})});
    grpc::ClientContext context;
    SetDeadline(context, absl::Seconds(20));
    v1::CreateBattleResponse response;
    return v1::MatchmakerService::NewStub(*channel)
        ->CreateBattle(&context, {}, &response)
        .error_code();
  };
  EXPECT_EQ(with_retry("arena.v1.MatchmakerService/GetBattle"), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(with_retry("arena.v1.MatchmakerService/CreateBattle"), grpc::StatusCode::OK);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace arena::rpc
