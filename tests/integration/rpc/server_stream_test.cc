#include "common/rpc/calls/server_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/eventually.h"
#include "tests/support/slow_reader_channel.h"

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;

using Stream = std::shared_ptr<ServerStream<v1::ExportVotesResponse>>;
using Reader = std::unique_ptr<grpc::ClientReader<v1::ExportVotesResponse>>;

// A message of about `size` bytes that carries a number.
v1::ExportVotesResponse Message(int64_t number, size_t size = 1) {
  v1::ExportVotesResponse message;
  v1::VoteEntry* entry = message.add_entries();
  entry->set_position(number);
  entry->set_vote_id(std::string(size, 'x'));
  return message;
}

int64_t NumberOf(const v1::ExportVotesResponse& message) { return message.entries(0).position(); }

// A server whose one stream is handed to the test.
class ServerStreamTest : public ::testing::Test {
 protected:
  void Open(const StreamOptions& options,
            absl::Duration unread_patience = limits::kUnreadPatience) {
    TestServerOptions server_options;
    server_options.stream = options;
    server_options.server.unread_patience = unread_patience;
    server_ = std::make_unique<TestServer>(
        server_options,
        TestHandlers{.export_votes = [this](const Call&, const auto&, const Stream& stream) {
          stream_ = stream;
          opened_.Notify();
        }});
    stub_ = v1::VoteService::NewStub(testing::SlowReaderChannel(server_->address()));
    reader_ = stub_->ExportVotes(&context_, {});
    opened_.WaitForNotification();
  }

  // All numbers that are still to come.
  std::vector<int64_t> ReadAll() {
    std::vector<int64_t> numbers;
    v1::ExportVotesResponse message;
    while (reader_->Read(&message)) numbers.push_back(NumberOf(message));
    return numbers;
  }

  // Fills the transport and half of the stream's buffer, until Write says kPause.
  int64_t WriteUntilPause(size_t message_size) {
    int64_t written = 0;
    while (stream_->Write(Message(++written, message_size)) == WriteResult::kTaken) {
    }
    return written;
  }

  std::unique_ptr<TestServer> server_;
  std::unique_ptr<v1::VoteService::Stub> stub_;
  absl::Notification opened_;
  grpc::ClientContext context_;
  Reader reader_;
  Stream stream_;
};

TEST_F(ServerStreamTest, MessagesArriveInOrderAndThenTheStatus) {
  Open({});
  std::vector<int64_t> written;
  for (int64_t i = 1; i <= 500; ++i) {
    ASSERT_NE(stream_->Write(Message(i)), WriteResult::kClosed);
    written.push_back(i);
  }
  stream_->Finish(BattleExpired());
  EXPECT_EQ(stream_->Write(Message(501)), WriteResult::kClosed);
  EXPECT_EQ(ReadAll(), written);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(reader_->Finish())), "BATTLE_EXPIRED");
}

TEST_F(ServerStreamTest, ThreadsMayWriteAtOnce) {
  Open({.buffer_bytes = 1 << 20});
  std::vector<std::thread> writers;
  for (int64_t writer = 0; writer < 4; ++writer) {
    writers.emplace_back([this, writer] {
      for (int64_t i = 0; i < 100; ++i) stream_->Write(Message(writer * 100 + i));
    });
  }
  for (std::thread& writer : writers) writer.join();
  stream_->Finish(absl::OkStatus());
  std::vector<int64_t> last(4, -1);
  std::vector<int64_t> numbers = ReadAll();
  EXPECT_EQ(numbers.size(), 400u);
  for (const int64_t number : numbers) {
    int64_t& previous = last.at(static_cast<size_t>(number / 100));
    EXPECT_LT(previous, number);
    previous = number;
  }
  EXPECT_TRUE(reader_->Finish().ok());
}

TEST_F(ServerStreamTest, SlowReaderPausesTheWriterUntilHalfIsFree) {
  Open({.buffer_bytes = 100'000});
  absl::Notification writable;
  size_t waiting_then = 0;
  stream_->WhenWritable([&] {
    if (writable.HasBeenNotified()) return;
    waiting_then = stream_->waiting_bytes();
    writable.Notify();
  });
  const int64_t written = WriteUntilPause(10'000);
  EXPECT_GE(written, 10) << "nine messages fit into the buffer";
  v1::ExportVotesResponse message;
  int64_t read = 0;
  while (!writable.HasBeenNotified()) {
    ASSERT_TRUE(reader_->Read(&message));
    EXPECT_EQ(NumberOf(message), ++read);
  }
  EXPECT_LE(waiting_then, 50'000u);
  stream_->Finish(absl::OkStatus());
  EXPECT_EQ(ReadAll().size(), static_cast<size_t>(written - read));
  EXPECT_TRUE(reader_->Finish().ok());
}

TEST_F(ServerStreamTest, WriterThatDoesNotPauseEndsTheStreamWithOverloaded) {
  Open({.buffer_bytes = 50'000});
  int64_t written = 0;
  while (stream_->Write(Message(++written, 10'000)) != WriteResult::kClosed) {
    ASSERT_LE(stream_->waiting_bytes(), 100'000u);
  }
  ReadAll();
  EXPECT_EQ(ReasonOf(FromGrpcStatus(reader_->Finish())), "OVERLOADED");
}

TEST_F(ServerStreamTest, LatestOnlyReplacesWhatWaits) {
  Open({.latest_only = true});
  constexpr int64_t kLast = 2'000;
  for (int64_t i = 1; i <= kLast; ++i) {
    ASSERT_EQ(stream_->Write(Message(i, 10'000)), WriteResult::kTaken);
    // One message on its way and one that waits.
    ASSERT_LE(stream_->waiting_bytes(), 2 * 10'100u);
  }
  stream_->Finish(absl::OkStatus());
  const std::vector<int64_t> numbers = ReadAll();
  EXPECT_LT(numbers.size(), static_cast<size_t>(kLast));
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_EQ(numbers.back(), kLast);
}

TEST_F(ServerStreamTest, LostClientIsToldAtOnceThoughAWriteIsOutstanding) {
  Open({.buffer_bytes = 100'000});
  absl::Notification cancelled;
  stream_->WhenCancelled([&] { cancelled.Notify(); });
  WriteUntilPause(10'000);
  context_.TryCancel();
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_EQ(stream_->Write(Message(1)), WriteResult::kClosed);
  // Late listeners hear of it too.
  bool heard = false;
  stream_->WhenCancelled([&] { heard = true; });
  EXPECT_TRUE(heard);
  EXPECT_EQ(reader_->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServerStreamTest, AStreamThatNobodyReadsIsGivenUp) {
  Open({.buffer_bytes = 100'000}, absl::Milliseconds(50));
  absl::Notification cancelled;
  stream_->WhenCancelled([&cancelled] { cancelled.Notify(); });
  WriteUntilPause(10'000);
  cancelled.WaitForNotification();
  EXPECT_EQ(stream_->Write(Message(1)), WriteResult::kClosed);
  ReadAll();
  EXPECT_EQ(reader_->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_THAT(server_->metrics().Text(),
              HasSubstr("arena_limit_refusals_total{limit=\"kUnreadPatience\"} 1"));
}

// The status waits behind the last messages.
TEST_F(ServerStreamTest, AnUnreadStreamIsGivenUpAfterItsEndToo) {
  Open({.buffer_bytes = 1 << 20}, absl::Milliseconds(50));
  stream_->Write(Message(1, 60'000));
  stream_->Write(Message(2, 15'000));
  stream_->Finish(absl::OkStatus());
  const std::weak_ptr<ServerStream<v1::ExportVotesResponse>> weak = stream_;
  stream_ = nullptr;
  EXPECT_TRUE(testing::Eventually([&weak] { return weak.expired(); }));
}

TEST_F(ServerStreamTest, AStreamWithNothingToSendIsKept) {
  constexpr absl::Duration kPatience = absl::Milliseconds(300);
  Open({}, kPatience);
  stream_->Write(Message(1));
  v1::ExportVotesResponse message;
  ASSERT_TRUE(reader_->Read(&message));
  // The patience comes to its end twice.
  UnreadStreams others(kPatience);
  std::atomic<int> looks = 0;
  others.Add([&looks] { ++looks; });
  EXPECT_TRUE(testing::Eventually([&looks] { return looks > 16; }));
  EXPECT_EQ(stream_->Write(Message(2)), WriteResult::kTaken);
  stream_->Finish(absl::OkStatus());
  EXPECT_EQ(ReadAll(), std::vector<int64_t>{2});
  EXPECT_TRUE(reader_->Finish().ok());
}

TEST_F(ServerStreamTest, FinishedStreamIsNotCancelled) {
  Open({});
  bool cancelled = false;
  stream_->WhenCancelled([&] { cancelled = true; });
  stream_->Finish(absl::OkStatus());
  EXPECT_TRUE(ReadAll().empty());
  EXPECT_TRUE(reader_->Finish().ok());
  // Only we hold the stream once gRPC is done with it, and the listener was let go.
  EXPECT_TRUE(testing::Eventually([&] { return stream_.use_count() == 1; }));
  EXPECT_FALSE(cancelled);
}

TEST_F(ServerStreamTest, ShutdownCancelsAStreamWithAnOutstandingWrite) {
  Open({.buffer_bytes = 100'000});
  absl::Notification cancelled;
  stream_->WhenCancelled([&] { cancelled.Notify(); });
  WriteUntilPause(10'000);
  server_->server().Shutdown(absl::Now() + absl::Milliseconds(10));
  EXPECT_TRUE(cancelled.HasBeenNotified());
  EXPECT_TRUE(testing::Eventually([&] { return stream_.use_count() == 1; }));
  ReadAll();
  EXPECT_FALSE(reader_->Finish().ok());
}

TEST_F(ServerStreamTest, WatchEndsByItselfWhenTheServerShutsDown) {
  Open({.latest_only = true});
  stream_->Write(Message(1));
  std::thread stopper([&] { server_->server().Shutdown(absl::Now() + absl::Minutes(10)); });
  EXPECT_EQ(ReadAll(), std::vector<int64_t>{1});
  EXPECT_EQ(ReasonOf(FromGrpcStatus(reader_->Finish())), "SHUTTING_DOWN");
  stopper.join();
}

}  // namespace
}  // namespace arena::rpc
