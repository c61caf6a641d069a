// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { rowLink } from "@/components/rows";
import { rolesQuery } from "@/features/team/api/role";
import { ServiceList } from "@/features/tokens/components/service-list";
import { useMay } from "@/lib/permission";
import { presets } from "@/routes/workspace/presets";
import { asking, wantedOf } from "@/routes/wanted";
import { servicesRoute } from "@/routes/workspace/routes";

export default function Services() {
	const search = servicesRoute.useSearch();
	const navigate = servicesRoute.useNavigate();
	const { tenant } = servicesRoute.useParams();
	const may = useMay();
	const roles = useQuery({ ...rolesQuery(tenant), enabled: may("member.read") }).data?.items.map(({ name }) => name);

	return (
		<ServiceList wanted={wantedOf(search)} onWanted={(next) => void navigate(asking(next))}
			tenant={tenant}
			roles={(roles ?? presets).filter((name) => name !== "owner")}
			link={({ id, name }) => (
				<Link to="/tenants/$tenant/services/$service" params={{ tenant, service: id }} className={rowLink}>
					{name}
				</Link>
			)}
		/>
	);
}
