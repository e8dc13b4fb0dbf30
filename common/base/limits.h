#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

// Everything has a limit, and each stands here with its unit. Those marked as settings can be set
// to less, or more. README.md beside it says what a caller is told beyond each, and which test
// holds it.
namespace arena::limits {

// A client's clock may differ from ours, and a client may repeat a call for a day.
inline constexpr absl::Duration kRequestIdMaxAge = absl::Hours(24);
inline constexpr absl::Duration kRequestIdMaxAhead = absl::Minutes(5);

// One gRPC message, either way.
inline constexpr int kMessageBytes = 4 * 1024 * 1024;
// One prompt.
inline constexpr size_t kPromptBytes = 32 * 1024;
// One reply; what comes after is cut and the side ends as LENGTH.
inline constexpr size_t kReplyBytes = 1024 * 1024;
// Turns of one battle.
inline constexpr int kTurnsPerBattle = 20;
// A battle without an end stops after this (setting).
inline constexpr absl::Duration kBattleLifetime = absl::Hours(24);
// Battles of one frontend whose time is not over (setting), and how old the count of those that
// other replicas made may be.
inline constexpr int kOpenBattles = 10'000'000;
inline constexpr absl::Duration kOpenBattlesAge = absl::Minutes(1);

// Streams under way in one model-gateway (setting).
inline constexpr int kConcurrentStreams = 4'000;
// What one server stream may hold for a slow reader.
inline constexpr size_t kStreamBufferBytes = 512 * 1024;
// Text of one side that waits for a slow client, before the provider is paused.
inline constexpr size_t kSideBufferBytes = 256 * 1024;
// One line of a provider's event stream.
inline constexpr size_t kProviderLineBytes = 1024 * 1024;

// Calls that wait for a thread of a worker pool.
inline constexpr size_t kWorkerQueueCalls = 1'024;
// Exports of the vote log under way in one vote-ingest (setting), and what each may hold for a slow
// reader: a few batches, so that reading and sending overlap.
inline constexpr int kExports = 32;
inline constexpr size_t kExportBufferBytes = 2 * 1024 * 1024;
// Watch streams of one rating.
inline constexpr size_t kWatchers = 10'000;

// How long a stream may wait for its client to read (setting).
inline constexpr absl::Duration kUnreadPatience = absl::Minutes(2);
// Watches of one server's health.
inline constexpr int kHealthWatchers = 1'000;

// Rows that wait for a group commit, and rows in one group.
inline constexpr size_t kCommitQueueRows = 16'384;
inline constexpr size_t kCommitGroupRows = 1'024;
// Times that a group is tried while the database is away.
inline constexpr int kCommitAttempts = 5;
// How long a turn whose start or end cannot be stored waits for the database to come back.
inline constexpr absl::Duration kStorePatience = absl::Seconds(15);
// Connections of a pool, unless its service needs more (setting); how long a caller waits for one.
inline constexpr int kPoolConnections = 8;
inline constexpr absl::Duration kPoolWait = absl::Seconds(5);

// How long a unary call may take when its caller sets no deadline.
inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(15);
// How long a shutdown waits for calls under way (setting).
inline constexpr absl::Duration kDrainTime = absl::Seconds(10);

// Pages.
inline constexpr int kDefaultPageModels = 100;
inline constexpr int kMaxPageModels = 1'000;
inline constexpr int kDefaultPageVotes = 1'000;
inline constexpr int kMaxPageVotes = 10'000;
inline constexpr int kExportBatchVotes = 1'000;
inline constexpr int kImportBatchVotes = 1'000;
// Votes of one retraction, restoration or annotation; positions that one looks through for a
// voter's.
inline constexpr int kAmendedVotes = 10'000;
inline constexpr int64_t kSearchedPositions = 1'000'000;
inline constexpr int kDefaultPagePairs = 1'000;
inline constexpr int kMaxPagePairs = 10'000;
inline constexpr int kDefaultPageSnapshots = 100;
inline constexpr int kMaxPageSnapshots = 1'000;
inline constexpr int kDefaultPageHistory = 100;
inline constexpr int kMaxPageHistory = 500;
// Boards whose pairs, and whose fits, are kept for the next reader.
inline constexpr size_t kKeptBoards = 16;
// Tables of a rating history that are in memory at a time; models and step of one request.
inline constexpr int kHistoryBatch = 25;
inline constexpr int kHistoryModels = 50;
inline constexpr absl::Duration kHistoryStep = absl::Hours(24 * 366);
// Languages and days of the vote statistics.
inline constexpr size_t kTopLanguages = 15;
inline constexpr int kDefaultStatisticsDays = 30;
inline constexpr int kMaxStatisticsDays = 3'660;
// Older counts that one rating keeps for those who page through them.
inline constexpr size_t kHeldCounts = 16;
// Snapshots whose tables one transaction deletes.
inline constexpr size_t kThinnedAtOnce = 500;

// Names.
inline constexpr size_t kModelNameBytes = 64;
inline constexpr size_t kVoterBytes = 128;
inline constexpr size_t kLabelBytes = 100;
// The reason that an operator gives for a change.
inline constexpr size_t kReasonBytes = 500;
inline constexpr size_t kTagBytes = 32;
inline constexpr size_t kLanguageBytes = 8;
inline constexpr int kTagsPerVote = 16;
// Models of one apply request, endpoints of one model.
inline constexpr int kModelsPerApply = 1'000;
inline constexpr int kEndpointsPerModel = 8;
// Of one endpoint: its address, what its server calls the model, milliseconds until the first token
// and until the last one, tokens of a reply.
inline constexpr size_t kEndpointUrlBytes = 2'048;
inline constexpr size_t kRemoteModelBytes = 200;
inline constexpr int kFirstTokenTimeoutMs = 600'000;
inline constexpr int kTotalTimeoutMs = 3'600'000;
inline constexpr int kEndpointTokens = 131'072;
// A capability filter that leaves fewer models than this would narrow down who is playing.
inline constexpr int kSmallestFilteredSet = 4;

}  // namespace arena::limits
