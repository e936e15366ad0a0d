// A small shop: a plan and its sources, with records that cannot become rows.
#ifndef FERRITE_TESTS_SUPPORT_SHOP_H_
#define FERRITE_TESTS_SUPPORT_SHOP_H_

#include <string>

#include "tests/support/memory_host.h"

namespace ferrite::testing {

inline constexpr char kShopPlan[] = R"({
  "ferrite": 1, "name": "shop",
  "tables": [
    {"name": "orders", "from": {"indexedDB": "shop", "store": "orders"},
     "columns": {
       "id": "integer",
       "code": {"path": "/code", "type": "text", "notNull": true},
       "city": {"path": "/address/city", "type": "text"},
       "lines": "json"},
     "primaryKey": ["id"]},
    {"name": "settings", "from": {"localStorage": {"prefix": "settings."}}}
  ]})";

// `orders` orders with ids from 1. Every 10th has no code (kNotNull), every
// 25th a number for its city (kTypeMismatch). Two settings, and one entry of
// localStorage that no table takes.
MemoryHost Shop(int orders);

// How many of Shop's orders go to the ledger.
int FailingOrders(int orders);

Plan ParsePlan(std::string_view json = kShopPlan);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_SHOP_H_
