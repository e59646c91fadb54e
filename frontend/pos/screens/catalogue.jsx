// Products to tap: by category, or what matches as somebody types.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { workOut } from "../engine/basket.js";
import { money, nameOf, number } from "../format.js";
import { Empty } from "../parts/controls.jsx";
import { basket, labelOf, now } from "../sale/basket.js";
import { productsByCode, productsOf, search } from "../store/finding.js";
import { picture } from "../store/pictures.js";
import { rulesFor } from "../store/pricing.js";
import { changed, known, loading } from "../sync/feed.js";
import { t } from "../words.js";

const PAUSE = 25; // milliseconds: a scanner that types into the field asks once, not for each figure; it types no blanks

export function Catalogue({ text, onPick, onEntered, onTaken, field }) {
  const [category, setCategory] = useState(null);
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(0);
  const asked = useRef(0);
  const listed = useRef(""); // what the list answers: Enter may come before the list does

  useEffect(() => {
    const turn = ++asked.current; // only the newest answer counts
    const look = async () => {
      const products = await (text.trim() ? search("products", text) : productsOf(category));
      if (turn !== asked.current) return;
      listed.current = text;
      setFound(products);
      setAt(0);
    };
    const soon = setTimeout(look, text && !/\S\s/.test(text) ? PAUSE : 0);
    return () => clearTimeout(soon);
  }, [text, category, changed.value]);

  useLayoutEffect(() => {
    const input = field.current;
    const onKey = (event) => {
      if (event.key === "ArrowDown") setAt((one) => Math.min(one + 1, (found?.length ?? 1) - 1));
      else if (event.key === "ArrowUp") setAt((one) => Math.max(one - 1, 0));
      else if (event.key === "Enter" && input.value.trim()) enter(input.value);
      else return;
      event.preventDefault();
    };
    // The field is free at once: the next code may be on its way. What was meant is looked up in turn.
    const enter = (typed) => {
      const isListed = listed.current === typed;
      onTaken();
      onEntered(async () => {
        const exact = await productsByCode(typed.trim());
        const matching = isListed ? found : await search("products", typed);
        return exact.length || !matching.length ? { code: typed.trim() } : { product: matching[isListed ? at : 0] };
      });
    };
    input.addEventListener("keydown", onKey);
    return () => input.removeEventListener("keydown", onKey);
  }, [found, at]);

  if (found === null) return <div class="tiles" />;
  return (
    <>
      {!text && <Categories chosen={category} choose={setCategory} />}
      {loading.value !== null && <p class="note" role="status">{t("Loading products: {count}", { count: number(loading.value) })}</p>}
      {found.length ? (
        <div class="tiles" role="list">
          {found.map((product, place) => (
            <Tile key={product.id} product={product} isMarked={Boolean(text) && place === at} onPick={onPick} />
          ))}
        </div>
      ) : (
        <Empty icon="search" title={text ? t("Nothing matches") : t("No products yet")}>
          {text ? t("Fewer or other letters may help; the beginning of each word is enough.") : t("Products that are for sale come with the next sync.")}
        </Empty>
      )}
    </>
  );
}

function Categories({ chosen, choose }) {
  const { categories } = known.value;
  const parent = chosen === null ? null : categories.find((one) => one.id === chosen);
  const inside = categories.filter((one) => one.parent === chosen);
  const shown = inside.length ? inside : categories.filter((one) => one.parent === (parent?.parent ?? null));
  const path = parent ? parent.path.map((id) => categories.find((one) => one.id === id)).filter(Boolean) : [];
  if (!categories.length) return null;
  return (
    <nav class="categories" aria-label={t("Categories")}>
      <button type="button" aria-pressed={chosen === null} onClick={() => choose(null)}>{t("All")}</button>
      {inside.length > 0 && path.map((one) => (
        <button type="button" key={one.id} aria-pressed={one.id === chosen} onClick={() => choose(one.id)}>{nameOf(one)}</button>
      ))}
      {shown.map((one) => (
        <button type="button" key={one.id} aria-pressed={one.id === chosen} onClick={() => choose(one.id)}>{nameOf(one)}</button>
      ))}
    </nav>
  );
}

function Tile({ product, isMarked, onPick }) {
  const [price, setPrice] = useState(null);
  const [image, setImage] = useState(null);
  const { customer } = basket.value;
  useEffect(() => {
    let isOn = true;
    priceOf(product, customer).then((one) => isOn && setPrice(one));
    if (product.picture) picture(product.picture).then((one) => isOn && setImage(one));
    return () => (isOn = false);
  }, [product, customer, known.value]);
  return (
    <div role="listitem">
      <button type="button" class={`tile ${isMarked ? "is-marked" : ""} ${image ? "has-picture" : ""}`} onClick={() => onPick(product)}>
        {image && <img src={image} alt="" />}
        <span class="tile-name">{labelOf(product)}</span>
        <span class="tile-foot"><span class="code">{product.sku}</span><strong>{price === null ? "" : money(price)}</strong></span>
      </button>
    </div>
  );
}

// What one costs this customer, as it is on the shelf: before taxes that the price does not contain.
async function priceOf(product, customer) {
  if (product.of_parts) return null;
  const { settings, taxes, price_lists: lists } = known.value;
  const rules = await rulesFor(product);
  const line = { product, label: "", quantity: "1", unit: product.unit, factor: "1", price: null, discount_percent: null, discount: null, lots: [] };
  const found = workOut(
    { lines: [line], customer: customer?.id ? customer : null, coupons: [], ...now(settings), currency: settings.register.currency },
    { settings, taxes, promotions: [], lists, rulesOf: () => rules, product: () => null },
  );
  return found.lines[0].price;
}
