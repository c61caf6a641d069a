// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Problem } from "@/components/alert";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Dialog } from "@/components/dialog";
import { Field, SelectField } from "@/components/field";
import { Form } from "@/components/form";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { type Service, servicesQuery, useMakeService, useRemoveService } from "@/features/tokens/api/service";
import { words } from "@/lib/format";
import { toApiError } from "@/lib/problem";
import type { Wanted } from "@/lib/wanted";

type Props = {
	tenant: string;
	roles: string[];
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	link: (service: Service) => ReactNode;
};

export function ServiceList({ tenant, roles, wanted, onWanted, link }: Props) {
	const services = useInfiniteQuery(servicesQuery(tenant, wanted));
	const [making, setMaking] = useState(false);
	const make = (
		<Button kind="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
			New service account
		</Button>
	);

	return (
		<>
			<Searched
				query={services}
				label="service accounts"
				wanted={wanted}
				onWanted={onWanted}
				empty={
					<Empty icon={<Bot />} title="No service account yet" action={make}>
						An account for a program. Its tokens keep working when people leave.
					</Empty>
				}
			>
				{(items, more) => (
					<Card flush title="Service accounts" aside={make}>
						<Rows label="Service accounts">
							{items.map((service) => (
								<ServiceRow key={service.id} tenant={tenant} service={service} link={link} />
							))}
						</Rows>
						{more}
					</Card>
				)}
			</Searched>
			{making && <ServiceForm tenant={tenant} roles={roles} onDone={() => setMaking(false)} />}
		</>
	);
}

type RowProps = { tenant: string; service: Service; link: (service: Service) => ReactNode };

function ServiceRow({ tenant, service, link }: RowProps) {
	const remove = useRemoveService(tenant);

	return (
		<Row
			icon={<Bot />}
			title={link(service)}
			detail={
				<>
					{service.tokens === 1 ? "1 token" : `${service.tokens} tokens`} ·{" "}
					{service.used_at ? (
						<>
							used <RelativeTime time={service.used_at} />
						</>
					) : (
						"never used"
					)}
				</>
			}
		>
			<Tag>{words(service.role)}</Tag>
			<ConfirmButton
				label={`Delete ${service.name}`}
				busy={remove.isPending}
				question={`Delete the service account “${service.name}”?`}
				confirm="Delete"
				consequence={<p>All its tokens stop working immediately.</p>}
				onConfirm={() => remove.mutate(service.id)}
			>
				Delete
			</ConfirmButton>
			{remove.error && <Problem error={toApiError(remove.error)} />}
		</Row>
	);
}

type FormProps = { tenant: string; roles: string[]; onDone: () => void };

function ServiceForm({ tenant, roles, onDone }: FormProps) {
	const make = useMakeService(tenant);

	return (
		<Dialog title="New service account" onClose={onDone}>
			<Form
				label="Create a service account"
				submit="Create account"
				fields={["name", "role"]}
				busy={make.isPending}
				error={make.error}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={({ name = "", role = "" }) => make.mutate({ name, role }, { onSuccess: onDone })}
			>
				<Field
					name="name"
					label="Name"
					hint="What the program does, such as “deploy pipeline”."
					autoComplete="off"
					maxLength={60}
					required
				/>
				<SelectField
					name="role"
					label="Role"
					hint="You cannot give permissions that you do not have."
					initial="developer"
					options={roles.map((role) => ({ value: role, title: words(role) }))}
				/>
			</Form>
		</Dialog>
	);
}
