#pragma once

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "arena/v1/vote_service.pb.h"
#include "common/base/places.h"
#include "common/rpc/callers/principal.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/server/worker_pool.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// Only operators see entries about models that may not be named, and export the whole log.
inline bool IsOperator(const rpc::Principal& principal) {
  return rpc::RequireScope(principal, rpc::Scope::kOperator).ok();
}

// One export under way: reads the log batch by batch on the readers' threads, as fast as the client
// takes it, each batch in a short statement of its own and behind what else waits for a reader.
// Kept alive by what it waits for.
class VoteExport : public std::enable_shared_from_this<VoteExport> {
 public:
  using Stream = rpc::ServerStream<v1::ExportVotesResponse>;

  // `range.until` may be open: then the head at the first batch is the end. `place` is given back
  // at the end.
  static void Start(const LogRange& range, Places::Place place, std::string voter_key,
                    VoteStore& store, rpc::WorkerPool& readers, std::shared_ptr<Stream> stream);

 private:
  VoteExport(const LogRange& range, Places::Place place, std::string voter_key, VoteStore& store,
             rpc::WorkerPool& readers, std::shared_ptr<Stream> stream);

  void ReadOnPool();
  // Reads and sends one batch; false when there is nothing more to do for now.
  bool ReadBatch();

  const Places::Place place_;
  const std::string voter_key_;
  VoteStore& store_;
  rpc::WorkerPool& readers_;
  const std::weak_ptr<Stream> stream_;
  absl::Mutex mutex_;  // one reader at a time
  LogRange range_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::vote_ingest
