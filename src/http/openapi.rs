//! `GET /api/openapi.json`: the table of routes as an OpenAPI document, made once.

use std::sync::LazyLock;

use bytes::Bytes;
use http::header;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        Content, HttpMethod, InfoBuilder, OpenApiBuilder, Paths, RefOr, Required,
        header::HeaderBuilder,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        response::{Response as Answered, ResponseBuilder},
        schema::{ComponentsBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
        security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
        },
        tag::TagBuilder,
    },
};
use warp::reply::{Reply, Response};

use super::{
    doc::{Doc, one},
    reply::Answer,
    request::Request,
    routes::{ROUTES, Route},
};

/// What a refused call says.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
struct ErrorShape {
    error: ErrorBody,
}

#[derive(Serialize, ToSchema)]
struct ErrorBody {
    /// A word that programs act on.
    code: &'static str,
    /// A sentence for people.
    message: String,
    /// What is wrong with which field.
    fields: Option<std::collections::BTreeMap<String, String>>,
}

static DOCUMENT: LazyLock<Bytes> =
    LazyLock::new(|| serde_json::to_vec(&made()).map_or_else(|_| Bytes::new(), Bytes::from));

/// `GET /api/openapi.json`.
pub(super) async fn document(_: &Request) -> Answer {
    let mut answer = Response::new(DOCUMENT.clone().into());
    let json = http::HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(answer.into_response())
}

fn made() -> utoipa::openapi::OpenApi {
    let (mut components, error) = one::<ErrorShape>(ComponentsBuilder::new());
    let mut paths = Paths::new();
    let mut areas: Vec<&str> = Vec::new();
    for route in ROUTES {
        let (with, operation) = operation(components, route, error.clone());
        components = with;
        if !areas.contains(&route.doc.area) {
            areas.push(route.doc.area);
        }
        paths.add_path_operation(route.path, vec![method(route.method)], operation);
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let query = SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new("token")));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("salon_access")));
    for (name, scheme) in [("bearer", bearer), ("query", query), ("cookie", cookie)] {
        components = components.security_scheme(name, scheme);
    }
    let described = "Every list takes `limit` (1 to 100, 30 unless told) and `offset`. A success \
                     means stored: synced to the disk before it is answered.";
    let info = InfoBuilder::new()
        .title("Salon")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(described))
        .build();
    let tags = areas.into_iter().map(|area| TagBuilder::new().name(area).build());
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.build()))
        .tags(Some(tags.collect::<Vec<_>>()))
        .build()
}

fn method(name: &str) -> HttpMethod {
    match name {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(
    mut components: ComponentsBuilder,
    route: &Route,
    error: RefOr<Schema>,
) -> (ComponentsBuilder, Operation) {
    let doc = &route.doc;
    let mut operation = OperationBuilder::new()
        .tag(doc.area)
        .summary(Some(doc.says))
        .operation_id(Some(operation_id(route)))
        .parameters(Some(parameters(route)));
    let mut body = RequestBodyBuilder::new().required(Some(Required::True));
    let bodies = [("application/json", doc.takes), ("multipart/form-data", doc.form)];
    for (mime, takes) in bodies {
        let Some(takes) = takes else { continue };
        let (with, shape) = takes(components);
        components = with;
        body = body.content(mime, Content::new(Some(shape)));
    }
    if doc.takes_picture {
        body = body.content("image/*", Content::new(Some(binary())));
    }
    if doc.takes.or(doc.form).is_some() {
        operation = operation.request_body(Some(body.build()));
    }
    let (status, gives) = doc.gives;
    let shape = gives.map(|gives| {
        let (with, shape) = gives(std::mem::take(&mut components));
        components = with;
        shape
    });
    let success = success(doc, shape);
    if let Some(other) = doc.or_gives {
        operation = operation.response(other.to_string(), success.clone());
    }
    let mut refused = ResponseBuilder::new()
        .description("Refused, and nothing was changed")
        .content("application/json", Content::new(Some(error)));
    if doc.is_words {
        refused = refused.content("text/plain", Content::new(Some(plain(Type::String))));
    }
    operation =
        operation.response(status.to_string(), success).response("default", refused.build());
    if doc.is_open {
        operation = operation.security(SecurityRequirement::default());
    } else {
        for scheme in ["bearer", "query", "cookie"] {
            operation = operation.security(SecurityRequirement::new(scheme, Vec::<String>::new()));
        }
    }
    (components, operation.build())
}

fn success(doc: &Doc, shape: Option<RefOr<Schema>>) -> Answered {
    let mut answered = ResponseBuilder::new().description(doc.says);
    if let Some(shape) = shape {
        answered = answered.content("application/json", Content::new(Some(shape)));
    }
    if doc.is_bytes {
        answered = answered.content("*/*", Content::new(Some(binary())));
    }
    if doc.is_words {
        answered = answered.content("text/plain", Content::new(Some(plain(Type::String))));
    }
    if doc.is_list {
        let total = HeaderBuilder::new()
            .schema(Some(plain(Type::Integer)))
            .description(Some("the whole count"));
        answered = answered.header("X-Total-Count", total.build());
    }
    answered.build()
}

fn binary() -> Schema {
    let bytes = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
    Schema::Object(bytes.build())
}

fn plain(kind: Type) -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(kind).build())
}

fn parameters(route: &Route) -> Vec<Parameter> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')).map(|part| {
        ParameterBuilder::new()
            .name(part.trim_end_matches('}'))
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(plain(Type::String)))
            .build()
    });
    let paging: &[(&str, &str)] = if route.doc.is_list {
        &[("limit", "at most so many"), ("offset", "after so many")]
    } else {
        &[]
    };
    let in_query = route.doc.query.iter().chain(paging).map(|(name, says)| {
        let is_number = match *name {
            "limit" | "offset" => true,
            "before" | "after" => says.ends_with("this `seq`") || says.ends_with("this `id`"),
            _ => false,
        };
        let kind = if is_number { Type::Integer } else { Type::String };
        ParameterBuilder::new()
            .name(*name)
            .parameter_in(ParameterIn::Query)
            .description(Some(*says))
            .schema(Some(plain(kind)))
            .build()
    });
    in_path.chain(in_query).collect()
}

/// `get_conversations_id_messages`.
fn operation_id(route: &Route) -> String {
    let path =
        route.path.trim_start_matches("/api").trim_start_matches('/').replace(['{', '}'], "");
    format!("{}_{}", route.method.to_lowercase(), path.replace(['/', '.'], "_"))
}
