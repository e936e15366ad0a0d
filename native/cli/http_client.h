// HttpClient: one server, one connection that is kept between requests.
//
// Blocking; not thread-safe.
#ifndef FERRITE_NATIVE_CLI_HTTP_CLIENT_H_
#define FERRITE_NATIVE_CLI_HTTP_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

struct HttpResponse {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

class HttpClient {
 public:
  // `url` is http://host[:port][/prefix]. kInvalidArgument when it is not.
  static Result<std::unique_ptr<HttpClient>> Make(const std::string& url,
                                                  std::chrono::seconds timeout);
  ~HttpClient();

  // Sends one POST and waits for its answer, with one attempt. kUnreachable
  // when the connection fails or breaks, kTimeout when nothing moves for the
  // timeout; both leave it open whether the server took the request.
  Result<HttpResponse> Post(const std::string& path,
                            const std::string& content_type,
                            const std::string& token, Bytes body);

 private:
  struct State;
  HttpClient();
  std::unique_ptr<State> state_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_HTTP_CLIENT_H_
