// The basket: its lines as they will stand on the receipt, what promotions gave, and the total.
import { useEffect, useRef } from "preact/hooks";
import { dec } from "../engine/decimal.js";
import { amount, money, nameOf, number } from "../format.js";
import { Button, Empty } from "../parts/controls.jsx";
import { Icon } from "../parts/icons.jsx";
import { basket, change, isEmpty, selected, setCustomer, unitOf, worked } from "../sale/basket.js";
import { known } from "../sync/feed.js";
import { takesCoupons } from "../sale/coupons.js";
import { openDialog } from "../state.js";
import { t } from "../words.js";
import { Points } from "./points.jsx";

export const editLine = (key) => {
  const line = basket.value.lines.find((one) => one.key === key);
  if (line && !line.of) openDialog("line", { lineKey: key });
};

export function Basket({ onClose, onPay }) {
  const sold = worked.value;
  const { customer, lines } = basket.value;
  return (
    <section class="basket" aria-label={t("Basket")}>
      <header class="basket-head">
        <button type="button" class="btn-icon only-phone" aria-label={t("Back to the products")} onClick={onClose}><Icon name="arrowLeft" /></button>
        <button type="button" class="customer-button" onClick={() => openDialog("customer")}>
          <Icon name="person" /><span>{customer ? customer.name : t("Add a customer")}</span><kbd>F3</kbd>
        </button>
        {customer && <button type="button" class="btn-icon" aria-label={t("Without a customer")} onClick={() => setCustomer(null)}><Icon name="x" /></button>}
      </header>
      <Points customer={customer} />
      {isEmpty.value ? (
        <Empty icon="bag" title={t("Nothing in the basket")}>{t("Scan, search or tap a product.")}</Empty>
      ) : (
        <ol class="lines">
          {lines.map((line, at) => <Line key={line.key} line={line} sold={sold.lines[at]} />)}
        </ol>
      )}
      <footer class="basket-foot">
        {sold && <Totals sold={sold} />}
        <div class="basket-actions">
          <Button icon="pause" onClick={() => openDialog("held")} hint="F7">{t("Hold")}</Button>
          <Button disabled={isEmpty.value} onClick={() => openDialog("discount")} hint="F6">{t("Discount")}</Button>
          {takesCoupons() && <Button onClick={() => openDialog("coupon")}>{t("Coupon")}</Button>}
        </div>
        <Button kind="primary btn-pay" disabled={isEmpty.value} onClick={onPay} hint="F9">
          {payText()}
        </Button>
      </footer>
    </section>
  );
}

export function payText() {
  const total = dec(worked.value?.total ?? 0);
  if (total.eq(0)) return t("Pay");
  const amount = money(total.abs().toString());
  return total.lt(0) ? t("Pay out {amount}", { amount }) : t("Pay {amount}", { amount });
}

function Line({ line, sold }) {
  const row = useRef();
  const isSelected = selected.value === line.key;
  useEffect(() => {
    if (isSelected) row.current.scrollIntoView({ block: "nearest" });
  }, [isSelected]);
  const whole = dec(sold.net).plus(sold.tax);
  const shows = included(sold) ? whole : dec(sold.net);
  const off = dec(sold.discount_percent).gt(0) || dec(sold.discount).abs().gt(0);
  return (
    <li ref={row} class={`line ${isSelected ? "is-selected" : ""} ${dec(line.quantity).lt(0) ? "is-back" : ""}`}>
      <button type="button" aria-current={isSelected ? "true" : undefined}
        onClick={() => (isSelected ? editLine(line.key) : (selected.value = line.key))} onDblClick={() => editLine(line.key)}>
        <span class="line-quantity">{number(line.quantity)}</span>
        <span class="line-what">
          <span class="line-label">{line.label}</span>
          <small class="muted">
            {`${amount(sold.price)} / ${unitOf(line.unit)?.name ?? ""}`}
            {line.lots.map(([lot]) => ` · ${lot}`)}
            {line.of?.number && ` · ${line.of.number}`}
          </small>
          {off && <small class="good">{discountText(sold)}</small>}
        </span>
        <span class="line-amount">{amount(shows.toString())}</span>
      </button>
    </li>
  );
}

const gives = (sold, coupon) => sold.lines.some((line) => line.promotions.some(({ id }) => id === coupon.promotion_id));

const included = (sold) => sold.tax_codes.some((code) => known.value.taxes.rules.find((rule) => rule.code === code)?.included);

function discountText(sold) {
  const parts = [];
  if (dec(sold.discount_percent).gt(0)) parts.push(t("{percent} % off", { percent: number(sold.discount_percent) }));
  if (!dec(sold.discount).eq(0)) parts.push(t("{amount} off", { amount: amount(dec(sold.discount).abs().toString()) }));
  const names = sold.promotions.map(({ id }) => known.value.promotions.find((one) => one.id === id)?.name).filter(Boolean);
  return [...parts, ...names].join(" · ");
}

function Totals({ sold }) {
  return (
    <dl class="totals">
      <dt>{t("Net")}</dt><dd>{amount(sold.net)}</dd>
      {sold.taxes.map((tax) => (
        <>
          <dt key={tax.code}>{nameOfTax(tax.code)}</dt><dd>{amount(tax.amount)}</dd>
        </>
      ))}
      {basket.value.coupons.map((coupon) => (
        <>
          <dt key={coupon.code}>{t("Coupon {code}", { code: coupon.code })}{gives(sold, coupon) || <small class="bad">{t("It gives nothing on this basket.")}</small>}</dt>
          <dd><button type="button" class="btn-icon" aria-label={t("Without the coupon")} onClick={() => change({ coupons: basket.value.coupons.filter((one) => one !== coupon) })}><Icon name="x" /></button></dd>
        </>
      ))}
      <dt class="totals-all">{t("Total")}</dt><dd class="totals-all">{money(sold.total)}</dd>
    </dl>
  );
}

export const nameOfTax = (code) => nameOf(known.value.taxes.rules.find((rule) => rule.code === code) ?? { name: code });
