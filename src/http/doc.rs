//! What a route says of itself, beside the route: the OpenAPI document is made of it, so that the
//! two cannot drift apart.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ArrayBuilder, ComponentsBuilder, Schema},
    },
};

/// Adds a shape to the components and says where it is.
pub(super) type Describe = fn(ComponentsBuilder) -> (ComponentsBuilder, RefOr<Schema>);

/// What a route is for, takes and gives.
#[derive(Clone, Copy)]
pub(super) struct Doc {
    pub(super) area: &'static str,
    pub(super) says: &'static str,
    /// Names and meanings of what the query may hold.
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) takes: Option<Describe>,
    /// The form that it takes as well, or instead.
    pub(super) form: Option<Describe>,
    /// Whether it takes a picture as it is, as well.
    pub(super) takes_picture: bool,
    /// The status of success, and what comes with it.
    pub(super) gives: (u16, Option<Describe>),
    /// Another success: it was there before.
    pub(super) or_gives: Option<u16>,
    /// Whether it is a page of a list, with its whole count in a header.
    pub(super) is_list: bool,
    /// Whether it gives bytes, and not JSON.
    pub(super) is_bytes: bool,
    /// Whether it answers in plain words, a refusal too.
    pub(super) is_words: bool,
    /// Whether no token is needed.
    pub(super) is_open: bool,
}

/// A shape by itself, with all that it is made of.
pub(super) fn one<T: ToSchema>(
    components: ComponentsBuilder,
) -> (ComponentsBuilder, RefOr<Schema>) {
    let mut parts = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut parts);
    let reference = utoipa::openapi::Ref::from_schema_name(T::name());
    (components.schemas_from_iter(parts), RefOr::Ref(reference))
}

/// A list of shapes.
pub(super) fn many<T: ToSchema>(
    components: ComponentsBuilder,
) -> (ComponentsBuilder, RefOr<Schema>) {
    let (components, item) = one::<T>(components);
    let list = ArrayBuilder::new().items(item).build();
    (components, RefOr::T(Schema::Array(list)))
}

/// An object that is not worth a name.
pub(super) fn object<T: PartialSchema>(
    components: ComponentsBuilder,
) -> (ComponentsBuilder, RefOr<Schema>) {
    (components, T::schema())
}

impl Doc {
    pub(super) const fn new(area: &'static str, says: &'static str) -> Self {
        Self {
            area,
            says,
            query: &[],
            takes: None,
            form: None,
            takes_picture: false,
            gives: (204, None),
            or_gives: None,
            is_list: false,
            is_bytes: false,
            is_words: false,
            is_open: false,
        }
    }

    pub(super) const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    pub(super) const fn takes(mut self, body: Describe) -> Self {
        self.takes = Some(body);
        self
    }

    pub(super) const fn takes_form(mut self, form: Describe) -> Self {
        self.form = Some(form);
        self
    }

    /// A picture, or the form of one.
    pub(super) const fn takes_picture(mut self, form: Describe) -> Self {
        self.takes_picture = true;
        self.form = Some(form);
        self
    }

    /// Bytes of whatever type.
    pub(super) const fn gives_bytes(mut self) -> Self {
        self.gives = (200, None);
        self.is_bytes = true;
        self
    }

    /// Plain words, as whom it was made for reads them.
    pub(super) const fn gives_words(mut self) -> Self {
        self.gives = (200, None);
        self.is_words = true;
        self
    }

    pub(super) const fn gives(mut self, status: u16, shape: Describe) -> Self {
        self.gives = (status, Some(shape));
        self
    }

    pub(super) const fn or(mut self, status: u16) -> Self {
        self.or_gives = Some(status);
        self
    }

    /// A page of a list.
    pub(super) const fn lists(mut self, shape: Describe) -> Self {
        self.gives = (200, Some(shape));
        self.is_list = true;
        self
    }

    pub(super) const fn open(mut self) -> Self {
        self.is_open = true;
        self
    }
}
