// HttpSession: one connection of a client, as a coroutine.
//
// It reads the header, then decides (path, method, token, size) before the body
// is read, so that a stranger cannot make the server hold megabytes. All
// sessions run on the server's one I/O thread.
#ifndef FERRITE_NATIVE_SERVER_HTTP_SESSION_H_
#define FERRITE_NATIVE_SERVER_HTTP_SESSION_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "native/server/committer.h"
#include "native/server/tokens.h"

namespace ferrite {

struct HttpLimits {
  uint64_t body_bytes = uint64_t{8} << 20;
  uint32_t header_bytes = 16 << 10;
  size_t connections = 256;
  std::chrono::seconds idle{60};   // between requests
  std::chrono::seconds stall{30};  // without a byte inside a request or answer
  std::chrono::seconds body{300};  // for a whole body
};

class HttpSession {
 public:
  virtual ~HttpSession() = default;

  // Until the connection ends. The session must be kept alive by the caller.
  virtual boost::asio::awaitable<void> Run() = 0;
  // Answers that the server is full, and ends.
  virtual boost::asio::awaitable<void> TurnAway() = 0;
  // Ends the connection: at once when it waits for a request, else after the
  // answer to the one it has.
  virtual void Stop() = 0;
  virtual void Close() = 0;
};

// Limits, tokens and committer must outlive the session.
std::unique_ptr<HttpSession> MakeHttpSession(
    boost::asio::ip::tcp::socket socket, const HttpLimits& limits,
    const Tokens& tokens, Committer* committer);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_SERVER_HTTP_SESSION_H_
